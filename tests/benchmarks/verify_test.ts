import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { firstDifference } from "../../benchmarks/verify.ts";
import { canRun, command, project } from "./command.ts";

Deno.test("the first difference of two runs is named with both values", () => {
  const run = { seed: 1, final: { mean: 1, returns: [1, 2, 3] } };
  assertEquals(firstDifference(run, structuredClone(run), ""), null);
  assertEquals(
    firstDifference(run, { seed: 1, final: { mean: 1, returns: [1, 5, 3] } }, ""),
    "final.returns.1 is 2 there and 5 now",
  );
  assertEquals(firstDifference({ a: 1 }, { a: 1, b: 2 }, ""), "b is undefined there and 2 now");
});

async function verify(...args: readonly string[]) {
  const { code, stdout, stderr } = await command("verify", args).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

const cell = ["--suite", "quick", "--environments", "FrozenLake-v1", "--algorithms", "q_learning"];

Deno.test({
  name: "a published cell comes out the same when it is trained again",
  ignore: !canRun,
  async fn() {
    const { code, out, err } = await verify(...cell);
    assertEquals(code, 0, err);
    assertStringIncludes(out, "3 cells trained again and compared, 0 problems");
  },
});

Deno.test({
  name: "a changed number, a foreign policy and a stale digest in a published file are found",
  ignore: !canRun,
  async fn() {
    const path = `${project}/results/quick/FrozenLake-v1/q_learning`;
    const json = await Deno.readTextFile(`${path}.json`);
    const onnx = await Deno.readFile(`${path}.onnx`);
    try {
      await Deno.writeTextFile(`${path}.json`, json.replace('"returns": [', '"returns": [0.5, '));
      const changed = await verify(...cell);
      assertEquals(changed.code, 1);
      assertMatch(changed.err, /q_learning\.json, seed 0: final\.returns\.0 is 0\.5 there and \d now/);

      await Deno.writeTextFile(`${path}.json`, json);
      await Deno.writeFile(`${path}.onnx`, onnx.subarray(0, -1));
      const foreign = await verify(...cell);
      assertEquals(foreign.code, 1);
      assertStringIncludes(foreign.err, "q_learning.onnx is not the policy of seed");

      await Deno.writeFile(`${path}.onnx`, onnx);
      await Deno.writeTextFile(`${path}.json`, json.replace(/"code": "[0-9a-f]/, '"code": "'));
      const damaged = await verify(...cell, "--digests");
      assertEquals(damaged.code, 1);
      assertStringIncludes(damaged.err, "is not a result file: at digests.code");

      await Deno.writeTextFile(`${path}.json`, json.replace(/"code": "[0-9a-f]{4}/, '"code": "0000'));
      const stale = await verify(...cell, "--digests");
      assertEquals(stale.code, 1);
      assertStringIncludes(stale.err, "was made by other code; run: deno task bench --suite quick");
    } finally {
      await Deno.writeTextFile(`${path}.json`, json);
      await Deno.writeFile(`${path}.onnx`, onnx);
    }
  },
});
