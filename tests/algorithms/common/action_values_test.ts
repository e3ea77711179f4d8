import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ActionValues } from "../../../algorithms/common/action_values.ts";
import { defaultGenerator } from "../../../random/generator.ts";

/** Rows of equal length, of few different values so that ties are common. */
const rows = fc.integer({ min: 1, max: 6 }).chain((actions) =>
  fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: actions, maxLength: actions }), {
    minLength: 1,
    maxLength: 5,
  })
);

function tableOf(rows: readonly (readonly number[])[]): ActionValues {
  const q = new ActionValues(rows.length, rows[0].length, 0);
  q.table.set(rows.flat());
  return q;
}

Deno.test("maximum, greedy action and mean are those of the row", () => {
  const random = defaultGenerator(1);
  fc.assert(
    fc.property(rows, fc.constantFrom(0, 0.25, 1), (rows, epsilon) => {
      const q = tableOf(rows);
      rows.forEach((row, state) => {
        const best = Math.max(...row);
        assertStrictEquals(q.max(state), best);
        assertStrictEquals(row[q.greedy(state, random)], best);
        assertStrictEquals(q.greedyActions()[state], row.indexOf(best));
        const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
        assertAlmostEquals(q.mean(state, epsilon), (1 - epsilon) * best + epsilon * mean, 1e-12);
      });
    }),
  );
});

Deno.test("equally good actions are drawn equally often, others never", () => {
  const q = tableOf([[0, 5, 1, 5, 5, -1]]);
  const random = defaultGenerator(2);
  const counts = new Array(6).fill(0);
  for (let i = 0; i < 30_000; i++) counts[q.greedy(0, random)]++;
  assertEquals([counts[0], counts[2], counts[5]], [0, 0, 0]);
  // Four standard deviations of 30 000 draws with probability 1/3: 327.
  for (const action of [1, 3, 4]) assert(Math.abs(counts[action] - 10_000) <= 327, `${counts}`);
});

Deno.test("a single best action costs no random draw", () => {
  const q = tableOf([[0, 5, 1]]);
  const random = defaultGenerator(3);
  const before = random.bits.state;
  q.greedy(0, random);
  assertEquals(random.bits.state, before);
});

Deno.test("epsilon-greedy takes every action with probability epsilon / n, the best one with the rest", () => {
  const q = tableOf([[0, 5, 1, 2]]);
  const random = defaultGenerator(4);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) counts[q.epsilonGreedy(0, 0.4, random)]++;
  // Four standard deviations of 40 000 draws with probability .1: 240; with .7: 367.
  for (const action of [0, 2, 3]) assert(Math.abs(counts[action] - 4000) <= 240, `${counts}`);
  assert(Math.abs(counts[1] - 28_000) <= 367, `${counts}`);
});
