import { assert, assertEquals, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";
import { parseResult, resultJsonSchema } from "../../data/result_file.ts";
import { sha256 } from "../../data/sha256.ts";
import { decodeModel } from "../../engine/onnx/model.ts";
import { orderOf } from "../../report/read_results.ts";
import { tableFile } from "../../report/table/schema.ts";
import { makeTable, readTable } from "../../report/table/table_file.ts";
import { suites } from "../../benchmarks/suites/mod.ts";
import { pairsOf } from "../../benchmarks/suites/pairs.ts";
import { standardDeviation } from "../../stats/aggregate.ts";
import { existing, listed } from "../benchmarks/published.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

Deno.test({
  name: "every published result file and table fits the published JSON Schema",
  ignore: !canRead,
  fn() {
    const ajv = new Ajv2020({ strict: false, allErrors: false });
    const results = ajv.compile(resultJsonSchema() as object);
    const tables = ajv.compile(z.toJSONSchema(tableFile) as object);
    let files = 0;
    for (const path of listed("results", ".json")) {
      if (path.endsWith(".schema.json")) continue;
      const check = path.endsWith("/table.json") ? tables : results;
      assert(check(JSON.parse(existing(path))), `${path}: ${ajv.errorsText(check.errors)}`);
      files++;
    }
    assert(files > 100, `only ${files} files`);
  },
});

Deno.test({
  name: "every published table is what its result files say",
  ignore: !canRead,
  async fn() {
    for (const { name: suite } of suites) {
      const published = await readTable("results", suite);
      const { notApplicable } = published;
      const plan = { suite, order: orderOf(published), notApplicable, pairs: pairsOf(suite) };
      assertEquals(await makeTable("results", plan), published);
    }
  },
});

Deno.test({
  name: "every published ONNX file is the policy of its result's median seed",
  ignore: !canRead,
  async fn() {
    let policies = 0;
    for (const path of listed("results", ".onnx")) {
      const name = path.replace(/onnx$/, "json");
      const result = parseResult(existing(name), name);
      assert(result.task === "control");
      const median = result.runs.find(({ seed }) => seed === result.medianSeed)!;
      const bytes = await Deno.readFile(new URL(`../../${path}`, import.meta.url));
      assertEquals(await sha256(bytes), median.policy?.sha256, path);
      const { metadata } = decodeModel(bytes);
      assertEquals(metadata.code_digest, result.digests.code, path);
      policies++;
    }
    assert(policies > 100, `only ${policies} policies`);
  },
});

Deno.test({
  name: "evaluated scores agree with the exact expected returns within their standard errors",
  ignore: !canRead,
  fn() {
    let beyond = 0;
    let compared = 0;
    for (const path of listed("results/tabular", ".json")) {
      if (path.endsWith("/table.json")) continue;
      const result = parseResult(existing(path), path);
      if (result.task !== "control") continue;
      for (const { exact, final } of result.runs) {
        if (exact === null) continue;
        const returns = final.returns.map((value) => value ?? NaN);
        const error = standardDeviation(returns) / Math.sqrt(returns.length);
        // Rare large losses, as on the cliff, make the estimated error itself uncertain: hence 5.
        if (Math.abs(final.mean! - exact) > 5 * error + 1e-9) beyond++;
        compared++;
      }
    }
    assert(compared > 1000, `only ${compared} runs`);
    assert(beyond <= compared / 200, `${beyond} of ${compared} runs are beyond 5 standard errors`);
  },
});

Deno.test("a damaged result file is refused in one line that names the file and the place", () => {
  const cases: [string, string][] = [
    ["", "x.json is not JSON"],
    ["{", "x.json is not JSON"],
    ["[]", "x.json is not a result file: at the top"],
    ["{}", "x.json is not a result file: at task"],
    ['{"task":"control"}', "x.json is not a result file: at format"],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => parseResult(text, "x.json"), Error, message);
    assertEquals(error.message.split("\n").length, 1);
  }
});
