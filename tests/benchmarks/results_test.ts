import { assert, assertEquals, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";
import { parseResult, resultJsonSchema } from "../../benchmarks/results.ts";
import { tableFile } from "../../report/table.ts";
import { existing, listed } from "./published.ts";

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
