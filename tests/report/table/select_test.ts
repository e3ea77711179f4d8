import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../benchmarks/usage_error.ts";
import { tableFile } from "../../../report/table/schema.ts";
import { selectedTable } from "../../../report/table/select.ts";
import { control, prediction, tableFrom } from "../results.ts";

const table = await tableFrom(
  ["One-v0", "Two-v0", "Three-v0"].flatMap((id) => [
    control("best", [9, 9.1, 9.2], { id }),
    control("a-plain", [5, 5.1, 5.2], { id }),
    control("a-fancy", [6, 6.1, 6.2], { id }),
    ...(id === "One-v0" ? [prediction("p")] : []),
  ]),
  {
    notApplicable: [{ environment: "One-v0", entry: "lost", reason: "needs a model" }],
    pairs: [{ entry: "a-fancy", against: "a-plain", title: "fancy", question: "?" }],
  },
);

const rows = (part: typeof table) =>
  part.environments.map(({ id, control }) => [id, ...control.map(({ entry }) => entry)]);

Deno.test("without a selection the table is the same", () => {
  assertEquals(selectedTable(table, {}), table);
});

Deno.test("rows are chosen by entry or by algorithm, environments by id", () => {
  assertEquals(rows(selectedTable(table, { algorithms: ["a"], environments: ["Two-v0"] })), [
    ["Two-v0", "a-plain", "a-fancy"],
  ]);
  const part = selectedTable(table, { algorithms: ["a-fancy", "best"] });
  assertEquals(part.environments.length, 3);
  assertEquals(part.aggregates[0].rows.map(({ entry }) => entry), ["best", "a-fancy"]);
  assertEquals(part.aggregates[0].improvement.map(({ x, y }) => [x, y]), [["best", "a-fancy"]]);
  assertEquals(part.pairs, []);
  assertEquals(selectedTable(table, { algorithms: ["a"] }).pairs.length, 3);
  assertEquals(selectedTable(table, { environments: ["One-v0", "Two-v0"] }).aggregates, []);
  assertEquals(part.notApplicable, []);
  assertEquals(selectedTable(table, { environments: ["One-v0"] }).notApplicable.length, 1);
});

Deno.test("which rows lead is said anew among those that are left", () => {
  const leaders = (part: typeof table) =>
    part.environments[0].control.filter(({ leading }) => leading).map(({ entry }) => entry);
  assertEquals(leaders(table), ["best"]);
  const part = selectedTable(table, { algorithms: ["a"] });
  assertEquals(leaders(part), ["a-fancy"]);
  assertEquals(part.aggregates[0].rows.map(({ leading }) => leading), [false, true]);
});

Deno.test("a selection is a table again", () => {
  const part = selectedTable(table, {
    algorithms: ["a", "p"],
    environments: ["One-v0", "World-v0"],
  });
  assertEquals(tableFile.parse(JSON.parse(JSON.stringify(part))), part);
  assertEquals(part.results, table.results); // It stays bound to the whole.
});

Deno.test("unknown names are usage errors that suggest the nearest; so is an empty selection", () => {
  const refused = (selection: Parameters<typeof selectedTable>[1], message: string) =>
    assertThrows(() => selectedTable(table, selection), UsageError, message);
  refused({ algorithms: ["bets"] }, 'suite example has no algorithm "bets": did you mean best?');
  refused({ environments: ["One-v1"] }, 'has no environment "One-v1": did you mean One-v0?');
  refused({ algorithms: ["p"], environments: ["Two-v0"] }, "has no result of these algorithms");
});
