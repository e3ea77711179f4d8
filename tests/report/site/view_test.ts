import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  hashOf,
  isShown,
  type RowPlace,
  valuesOf,
  type View,
  viewOf,
  wholeView,
} from "../../../report/site/view.ts";

const row = (title: string, learns: string, updates: string, policy: string): RowPlace => ({
  entry: title.toLowerCase().replaceAll(" ", "_"),
  title,
  algorithm: title.toLowerCase(),
  learns,
  updates,
  policy,
});

const rows = [
  row("Random policy", "baseline", "none", "not applicable"),
  row("Q-learning", "value-based", "TD", "off-policy"),
  row("SARSA", "value-based", "TD", "on-policy"),
  row("Monte-Carlo control", "value-based", "Monte-Carlo", "on-policy"),
  row("PPO", "actor-critic", "TD(lambda)", "on-policy"),
  row("Own idea", "not stated", "not stated", "not stated"),
];

const shownBy = (view: Partial<View>) =>
  rows.filter((row) => isShown(row, { ...wholeView, ...view })).map(({ title }) => title);

Deno.test("a view shows the rows that all switches and all words allow", () => {
  assertEquals(shownBy({}).length, rows.length);
  assertEquals(shownBy({ learns: ["value-based"], policy: ["on-policy"] }), [
    "SARSA",
    "Monte-Carlo control",
  ]);
  assertEquals(shownBy({ text: "CARLO monte" }), ["Monte-Carlo control"]);
  assertEquals(shownBy({ text: "  " }).length, rows.length);
  assertEquals(shownBy({ updates: [] }), []);
});

Deno.test("values of a switch come in the order in which they are taught, unknown ones last", () => {
  assertEquals(valuesOf(rows, "learns"), ["value-based", "actor-critic", "baseline", "not stated"]);
  assertEquals(valuesOf(rows, "updates"), [
    "Monte-Carlo",
    "TD",
    "TD(lambda)",
    "none",
    "not stated",
  ]);
});

Deno.test("an address says the same view again", () => {
  const chosen = (name: "learns" | "updates" | "policy") =>
    fc.option(fc.subarray(valuesOf(rows, name)));
  const view = fc.record({
    learns: chosen("learns"),
    updates: chosen("updates"),
    policy: chosen("policy"),
    text: fc.string().map((text) => text.trim()),
    environment: fc.option(fc.string({ minLength: 1 })),
    entry: fc.option(fc.string({ minLength: 1 })),
  }, { noNullPrototype: true });
  fc.assert(fc.property(view, (view) => {
    assertEquals(viewOf(`#${hashOf(view)}`, rows), view);
  }));
});

Deno.test("an address that says nothing shows everything, and what it does not know is left out", () => {
  assertEquals(viewOf("", rows), wholeView);
  assertEquals(viewOf("#cell", rows), wholeView);
  assertEquals(viewOf("#learns=magic,value-based&x=1", rows).learns, ["value-based"]);
  assert(hashOf(wholeView) === "");
});
