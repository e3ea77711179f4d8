/** Runs that diverge are results: recorded with the step, shown, resumed like any other. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import { type CellHooks, runCell } from "../../benchmarks/cell/cell.ts";
import type { Job } from "../../benchmarks/cell/job.ts";
import { cellFiles } from "../../benchmarks/store.ts";
import { controlRun, parseResult } from "../../data/result_file.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { builtin } from "../../envs/builtin.ts";
import { bench, canRun, command, filesBelow } from "./command.ts";
import diverges from "./modules/diverges.ts";

const frozenLake = builtin.find(({ id }) => id === "FrozenLake-v1")!;

const job: Job = {
  suite: "test",
  environment: { id: "FrozenLake-v1", options: {} },
  entry: "diverges",
  algorithm: "diverges",
  config: { share: 1 },
  budget: 20_000,
  evaluation: { curvePoints: 10, curveEpisodes: 5, finalEpisodes: 5 },
  seed: 0,
  digests: { configuration: "0".repeat(64), code: "0".repeat(64) },
};

const without: CellHooks = {
  progress() {},
  load: () => Promise.resolve(null),
  checkpointDue: () => false,
  save: () => Promise.resolve(),
};

Deno.test("a run that diverges says when, keeps its curve and best policy, and has no final one", async () => {
  const { run, model } = await runCell(diverges, frozenLake, job, without);
  assertEquals(model, null);
  assert("diverged" in run);
  assertEquals(run.diverged, 7000);
  assertEquals(run.curve.map((mean) => mean === null), [
    ...Array(4).fill(false), // 0, 2000, 4000, 6000
    ...Array(7).fill(true), // 8000 to 20000
  ]);
  assertEquals(run.final, { mean: null, returns: [] });
  assertEquals([run.exact, run.policy], [null, null]);
  assert(run.best.step <= 6000 && Number.isFinite(run.best.mean));
  controlRun.parse(run);
});

Deno.test("a run that diverges at a point of the curve has no value there", async () => {
  const { run } = await runCell(diverges, frozenLake, { ...job, budget: 7000 }, without);
  assert("diverged" in run);
  assertEquals([run.diverged, run.curve.at(-1)], [7000, null]);
});

Deno.test("a run that goes on from any of its checkpoints diverges as it did", async () => {
  const checkpoints: Snapshot[] = [];
  const whole = await runCell(diverges, frozenLake, job, {
    ...without,
    checkpointDue: () => true,
    save: (snapshot) => Promise.resolve(void checkpoints.push(structuredClone(snapshot))),
  });
  assertEquals(checkpoints.length, 4); // None after it diverged.
  for (const checkpoint of checkpoints) {
    const load = () => Promise.resolve(checkpoint);
    assertEquals(await runCell(diverges, frozenLake, job, { ...without, load }), whole);
  }
});

/** The module's learner, changed. */
function changed(change: (learner: Learner) => Partial<Learner>): ControlAlgorithm {
  const create: ControlAlgorithm["create"] = (context) => {
    const learner = diverges.create({ ...context, config: { share: 1 } });
    return Object.defineProperties(
      {} as Learner,
      {
        ...Object.getOwnPropertyDescriptors(learner),
        ...Object.getOwnPropertyDescriptors(change(learner)),
      },
    );
  };
  return { ...(diverges as ControlAlgorithm), create };
}

Deno.test("a policy with parameters that are not finite is a diverged run, noticed or not", async () => {
  const unnoticed = changed((learner) => ({
    diverged: false,
    train: (untilStep) => learner.train(Math.min(untilStep, 6999)),
    get steps() {
      return learner.steps < 6999 ? learner.steps : 8000;
    },
    policy: () => ({ ...learner.policy(), finite: learner.steps < 6999 }),
  }));
  const { run } = await runCell(unnoticed, frozenLake, job, without);
  assert("diverged" in run);
  assertEquals([run.diverged, run.policy], [8000, null]);
});

Deno.test("divergence beyond the steps asked for, or at no step at all, is a failure", async () => {
  for (const steps of [20_001, -1, NaN, 0.5]) {
    const wrong = changed(() => ({ diverged: true, steps }));
    await assertRejects(
      () => runCell(wrong, frozenLake, job, without),
      Error,
      `train(0) must end at 0 environment steps, not at ${steps}`,
    );
  }
});

Deno.test({
  name: "the files of a diverged cell are read back, without a policy",
  ignore: (await Deno.permissions.query({ name: "write" })).state !== "granted",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    try {
      const files = cellFiles(`${folder}/0`, job);
      const result = await runCell(diverges, frozenLake, job, without);
      await files.write(result);
      assertEquals(await files.read(), result);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a suite with diverged and unscorable cells comes to its end and tells of both",
  ignore: !canRun,
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    const modules = ["diverges", "not_finite"]
      .flatMap((name) => ["--algorithm-module", `tests/benchmarks/modules/${name}.ts`]);
    const cells = [...modules, "--algorithms", "diverges,not_finite", "--seeds", "0-2"];
    const environments = ["--environments", "FrozenLake-v1,Pendulum-v1"];
    try {
      // Of an earlier run whose median seed had not diverged.
      await Deno.mkdir(`${out}/quick/FrozenLake-v1`, { recursive: true });
      await Deno.writeTextFile(`${out}/quick/FrozenLake-v1/diverges.onnx`, "");
      const { code, err, out: table } = await bench(...cells, ...environments, "--out", out);
      assertEquals(code, 1);
      assertStringIncludes(
        err,
        "failed: Pendulum-v1 not_finite seed 0: the policy's action must be of finite numbers, not NaN",
      );
      assert(!err.includes("failed: FrozenLake-v1 diverges"), err);
      assertStringIncludes(table, "2 of 3 diverged");
      const path = `${out}/quick/FrozenLake-v1/diverges.json`;
      const result = parseResult(await Deno.readTextFile(path), path);
      assert(result.task === "control");
      assertEquals(result.runs.map(({ diverged }) => diverged), [null, 7000, 7000]);
      assertEquals(result.medianSeed, 2);
      assert(!filesBelow(out).has("/quick/FrozenLake-v1/diverges.onnx"));

      const one = ["--algorithms", "diverges", "--environments", "FrozenLake-v1"];
      const args = [...modules.slice(0, 2), ...one, "--results", out];
      const verified = await command("verify", args).output();
      const said = new TextDecoder().decode(verified.stdout);
      assertStringIncludes(said, "3 cells trained again and compared, 0 problems");
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
