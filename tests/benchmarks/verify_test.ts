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

function copyFolder(from: string, to: string) {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
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
  name: "a changed number, a foreign policy, a stale digest and a missing file are found",
  ignore: !canRun,
  async fn() {
    const results = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    try {
      const place = "quick/FrozenLake-v1/q_learning";
      const json = await Deno.readTextFile(`${project}/results/${place}.json`);
      const onnx = await Deno.readFile(`${project}/results/${place}.onnx`);
      copyFolder(`${project}/results/quick`, `${results}/quick`);
      const check = async (text: string, model: Uint8Array, ...more: readonly string[]) => {
        await Deno.writeTextFile(`${results}/${place}.json`, text);
        await Deno.writeFile(`${results}/${place}.onnx`, model);
        return await verify(...cell, "--results", results, ...more);
      };
      assertEquals((await check(json, onnx)).code, 0);

      const changed = await check(json.replace('"returns": [', '"returns": [0.5, '), onnx);
      assertEquals(changed.code, 1);
      assertMatch(
        changed.err,
        /q_learning\.json, seed 0: final\.returns\.0 is 0\.5 there and \d now/,
      );

      const facts = await check(
        json.replace('"rewardThreshold": 0.7', '"rewardThreshold": 0.8'),
        onnx,
      );
      assertEquals(facts.code, 1);
      assertStringIncludes(facts.err, "environment.rewardThreshold is 0.8 there and 0.7 now");

      const foreign = await check(json, onnx.subarray(0, -1));
      assertEquals(foreign.code, 1);
      assertStringIncludes(foreign.err, "q_learning.onnx is not the policy of seed");

      const damaged = await check(json.replace(/"code": "[0-9a-f]/, '"code": "'), onnx);
      assertEquals(damaged.code, 1);
      assertStringIncludes(damaged.err, "is not a result file: at digests.code");

      const stale = await check(
        json.replace(/"code": "[0-9a-f]{4}/, '"code": "0000'),
        onnx,
        "--digests",
      );
      assertEquals(stale.code, 1);
      assertStringIncludes(stale.err, "was made by other code; run: deno task bench --suite quick");

      const table = `${results}/quick/table.json`;
      const published = await Deno.readTextFile(table);
      await Deno.writeTextFile(table, published.replace(/"iqm": 0/, '"iqm": 1'));
      const forged = await check(json, onnx, "--digests");
      assertEquals(forged.code, 1);
      assertMatch(forged.err, /table\.json: environments\.0\.control\.\d+\.iqm is 1/);
      await Deno.writeTextFile(table, published);

      await Deno.remove(`${results}/${place}.json`);
      const missing = await verify(...cell, "--results", results);
      assertEquals(missing.code, 1);
      assertStringIncludes(missing.err, "q_learning.json is missing; run: deno task bench");
    } finally {
      await Deno.remove(results, { recursive: true });
    }
  },
});
