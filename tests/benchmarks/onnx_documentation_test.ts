/** Keeps docs/onnx.md true: runs its TypeScript, on a model made here, and checks its list of keys. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { tabularPolicy } from "../../algorithms/common/tabular_policy.ts";
import type { Job } from "../../benchmarks/cell/job.ts";
import { policyMetadata } from "../../benchmarks/cell/policy_metadata.ts";
import { encodeModel } from "../../engine/onnx/model.ts";
import { make } from "../../envs/make.ts";
import page from "../../docs/onnx.md" with { type: "text" };

const path = '"results/tabular/FrozenLake-v1/q_learning.onnx"';

async function granted(...permissions: Deno.PermissionDescriptor[]): Promise<boolean> {
  const states = await Promise.all(permissions.map((name) => Deno.permissions.query(name)));
  return states.every(({ state }) => state === "granted");
}

/** Runs one block of code and returns what it logs. */
async function run(code: string, model: string): Promise<unknown[][]> {
  const docs = new URL("../../docs/", import.meta.url);
  const located = code
    .replaceAll(path, JSON.stringify(model))
    .replace(/from "(\.[^"]+)"/g, (_, specifier) => `from "${new URL(specifier, docs)}"`);
  const logged: unknown[][] = [];
  const log = console.log;
  console.log = (...values) => logged.push(values);
  try {
    await import(`data:application/typescript,${encodeURIComponent(located)}`);
  } finally {
    console.log = log;
  }
  return logged;
}

Deno.test({
  name: "the examples of docs/onnx.md run and give the policy's actions and metadata",
  ignore: !await granted(
    { name: "ffi", path: "./node_modules" },
    { name: "read" },
    { name: "write" },
  ),
  fn: async () => {
    const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
    assertEquals(blocks.map((code) => code.includes(path)), [true, true]);
    const model = await Deno.makeTempFile({ suffix: ".onnx" });
    try {
      const table = BigInt64Array.from({ length: 16 }, (_, state) => BigInt(state % 4));
      const bytes = encodeModel({
        name: "policy",
        inputs: [{ name: "observation", type: "int64", shape: ["N"] }],
        outputs: [{ name: "action", type: "int64", shape: ["N"] }],
        constants: [{ name: "table", shape: [16], data: table }],
        nodes: [{ op: "Gather", inputs: ["table", "observation"], outputs: ["action"] }],
      }, {
        algorithm: "q_learning",
        environment: "FrozenLake-v1",
        observation_space: '{"n":16,"start":0,"type":"Discrete"}',
      });
      await Deno.writeFile(model, bytes);
      assertEquals(await run(blocks[0], model), [["actions", BigInt64Array.of(0n, 2n, 2n)]]);
      assertEquals(await run(blocks[1], model), [
        ["q_learning", "on", "FrozenLake-v1", { n: 16, start: 0, type: "Discrete" }],
        [["Gather"]],
      ]);
    } finally {
      await Deno.remove(model);
    }
  },
});

Deno.test("docs/onnx.md lists the metadata that a policy's model has", () => {
  const environment = make("FrozenLake-v1");
  const job: Job = {
    suite: "",
    environment: { id: environment.id, options: {} },
    entry: "",
    algorithm: "",
    config: {},
    budget: 0,
    evaluation: { curvePoints: 0, curveEpisodes: 0, finalEpisodes: 0 },
    seed: 0,
    digests: { configuration: "", code: "" },
  };
  const policy = tabularPolicy(environment, new Int32Array(16));
  const metadata = policyMetadata(job, policy, environment);
  const section = page.slice(page.indexOf("## Metadata"), page.indexOf("## Running one"));
  const listed = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
  assertEquals(listed, Object.keys(metadata));
  assertStringIncludes(section, `\`${metadata.observation_space}\``);
});
