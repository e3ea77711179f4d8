import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { digestOfData } from "../../../benchmarks/digest.ts";
import type { Job } from "../../../benchmarks/cell/job.ts";
import { parseResult, type ResultFile } from "../../../data/result_file.ts";
import { digestOfRun, jobOf, trainHere } from "../../../report/page/train_here.ts";
import { train, type TrainingMessage } from "../../../report/page/train_worker.ts";
import { existing, listed } from "../../benchmarks/published.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";
const ffi = await Deno.permissions.query({ name: "ffi", path: "./node_modules" });

function published(name: string): ResultFile {
  return parseResult(existing(`results/${name}.json`), name);
}

async function messagesOf(job: Job): Promise<TrainingMessage[]> {
  const messages: TrainingMessage[] = [];
  await train(job, (message) => messages.push(message));
  return messages;
}

Deno.test({
  name: "the job of every published result has the configuration that the result's digest is of",
  ignore: !canRead,
  async fn() {
    let results = 0;
    for (const path of listed("results", ".json")) {
      if (path.endsWith("table.json") || path.endsWith("schema.json")) continue;
      const result = parseResult(existing(path), path);
      const { seed, digests, ...shared } = jobOf(result, result.runs[1].seed);
      assertEquals([seed, digests], [result.runs[1].seed, result.digests]);
      // A predictor's file does not say how policies are scored.
      if (result.task === "prediction") continue;
      assertEquals(await digestOfData(shared), result.digests.configuration, path);
      results++;
    }
    assert(results > 200, `only ${results} results`);
  },
});

// Pages run these in Chromium (browser.ts); here onnxruntime itself looks at the policies.
for (
  const name of [
    "quick/FrozenLake-v1/value_iteration",
    "quick/CartPole-v1/random_policy",
    "quick/RandomWalk19-v0/td_prediction",
  ]
) {
  Deno.test({
    name: `the worker's run has the published digest: ${name}`,
    ignore: !canRead || ffi.state !== "granted",
    async fn() {
      const result = published(name);
      const { seed } = result.runs[1];
      const messages = await messagesOf(jobOf(result, seed));
      const last = messages.pop()!;
      assertEquals(messages.map((message) => message.type === "progress" && message.steps), [
        ...result.evaluation.curveSteps,
      ]);
      assert(last.type === "finished");
      assertEquals(await digestOfRun(last.run), await digestOfRun(result.runs[1]));
      assertNotEquals(await digestOfRun(last.run), await digestOfRun(result.runs[0]));
    },
  });
}

Deno.test({
  name: "what cannot be trained is told in words",
  ignore: !canRead,
  async fn() {
    const result = published("quick/RandomWalk19-v0/td_prediction");
    const job = jobOf(result, 0);
    const cell = "RandomWalk19-v0 td_prediction seed 0";
    assertEquals(await messagesOf({ ...job, algorithm: "alchemy" }), [
      { type: "failed", message: `${cell}: alchemy is not among the algorithms of this page` },
    ]);
    const [failed] = await messagesOf({ ...job, config: { discount: 7 } });
    assert(failed.type === "failed" && failed.message.startsWith(`${cell}: `));
    assertThrows(() => jobOf(result, 1000), RangeError, "not 1000");
    const uneven = {
      ...result,
      evaluation: { ...result.evaluation, curveSteps: [0, 1, 10] },
    } as ResultFile;
    assertThrows(() => jobOf(uneven, 0), RangeError, "are not evenly spaced");
    await assertRejects(
      () => trainHere(job, { progress: () => {} }),
      Error,
      "it must be inline",
    );
  },
});
