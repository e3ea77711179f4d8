import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type ControlResult, parseResult, type PredictionResult } from "../../data/result_file.ts";
import { checkResult } from "../../report/check_result.ts";
import { existing, listed } from "../benchmarks/published.ts";
import { control, prediction } from "./results.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

/** A copy with one run, or the whole, changed. */
function changed<Result extends ControlResult | PredictionResult>(
  result: Result,
  change: (result: Result) => void,
): Result {
  const copy = structuredClone(result);
  change(copy);
  return copy;
}

function problemOf(result: ControlResult | PredictionResult): string {
  const error = assertThrows(() => checkResult(result, "x.json"), Error, "x.json is unsound: ");
  assertEquals(error.message.split("\n").length, 1);
  return error.message;
}

Deno.test("sound results pass: whole, diverged, not finite, of prediction", () => {
  checkResult(control("a", [1, 2.5, "diverged", null]), "x.json");
  checkResult(prediction("p"), "x.json");
});

Deno.test("each way in which the numbers of a result can disagree is named with its place", () => {
  const sound = control("a", [1, 2, "diverged"]);
  const cases: [(result: ControlResult) => void, string][] = [
    [(r) => r.runs[1].final.mean = 2.5, "runs.1 (seed 1): final.mean is 2.5, but the mean of its"],
    [
      (r) => r.runs[1].final.returns[0] = 7,
      "runs.1 (seed 1): final.mean is 2, but the mean of its",
    ],
    [(r) => r.runs[1].final.returns.pop(), "final has 1 returns and must have 2"],
    [(r) => r.runs[0].final.returns[0] = null, "the mean of its returns is null"],
    [(r) => r.runs[0].best.mean = 9, "best.mean is 9, but the best policy is the final one"],
    [(r) => r.runs[0].curve.pop(), "curve has 2 points and must have 3"],
    [(r) => r.runs[1].seed = 0, "two runs have the seed 0"],
    [(r) => r.medianSeed = 9, "medianSeed is 9, which no run has"],
    [(r) => r.runs[0].best.step = 7, "best.step is 7, which is not on the curve"],
    [(r) => {
      r.runs[0].curve = [0, 5, 1];
    }, "best.step is 100, but the curve is highest at 50"],
    [(r) => r.runs[0].policy = null, "policy is null although training did not diverge"],
    [(r) => r.runs[2].curve[2] = 3, "curve.2 must be null: training had diverged at 50"],
    [(r) => r.runs[2].final.mean = 3, "training diverged at 50, so final, exact and policy"],
    [(r) => r.runs[2].best.step = 50, "best.step is 50, but the curve is highest at 0"],
    [(r) => r.evaluation.curveSteps[2] = 90, "must rise from 0 to the budget, 100"],
    [(r) => r.evaluation.curveSteps[1] = 0, "must rise from 0 to the budget, 100"],
    [(r) => r.evaluation.finalSeeds[1] = 9, "finalSeeds are 1 to 9, which is not 2 episodes"],
    [(r) => r.evaluation.curveSeeds[0] = 0, "curveSeeds are 0 to 2, which is not 1 episodes"],
  ];
  for (const [change, message] of cases) {
    assertStringIncludes(problemOf(changed(sound, change)), message);
  }
});

Deno.test("so it is for prediction", () => {
  const cases: [(result: PredictionResult) => void, string][] = [
    [(r) => r.runs[1].errors.pop(), "runs.1 (seed 1): errors has 1 step sizes and must have 2"],
    [(r) => r.runs[1].errors[1].pop(), "errors.1 has 2 points and must have 3"],
    [(r) => r.runs[1].errors[0][2] = -1, "errors.0.2 is negative"],
  ];
  for (const [change, message] of cases) {
    assertStringIncludes(problemOf(changed(prediction("p"), change)), message);
  }
});

Deno.test("results of another version are told from damaged ones", () => {
  const text = JSON.stringify({ ...control("a", [1]), format: "seedbed-result/0" });
  const error = assertThrows(() => parseResult(text, "x.json"));
  assertStringIncludes(
    (error as Error).message,
    'found "seedbed-result/0", this version reads "seedbed-result/1"',
  );
});

Deno.test({
  name: "every published result file is sound",
  ignore: !canRead,
  fn() {
    let files = 0;
    for (const path of listed("results", ".json")) {
      if (path.split("/").length !== 4) continue;
      checkResult(parseResult(existing(path), path), path);
      files++;
    }
    assertEquals(files > 250, true, `only ${files} files`);
  },
});
