import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ReplacingTraces } from "../../../algorithms/common/replacing_traces.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";

Deno.test("a trace is 1 after a visit and fades; a second visit replaces it", () => {
  const traces = new ReplacingTraces(3);
  const table = new Float64Array(3);
  traces.visit(0);
  traces.update(table, 8, 0.5); // [8, 0, 0]
  traces.visit(2);
  traces.update(table, 8, 0.5); // traces .5 and 1: [12, 0, 8]
  traces.visit(0);
  traces.update(table, 8, 0.5); // traces 1 and .5: [20, 0, 12]
  assertEquals(table, Float64Array.of(20, 0, 12));
  traces.clear();
  traces.update(table, 8, 0.5);
  assertEquals(table, Float64Array.of(20, 0, 12));
});

Deno.test("traces equal a dense array of traces, up to 1e-10 of each change", () => {
  const action = fc.oneof(
    fc.record({ visit: fc.nat(4), change: fc.integer({ min: -5, max: 5 }) }),
    fc.constant("clear" as const),
  );
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 60 }),
      fc.constantFrom(0, 0.1, 0.9, 1),
      (actions, decay) => {
        let traces = new ReplacingTraces(5);
        const table = new Float64Array(5);
        const dense = new Float64Array(5);
        const expected = new Float64Array(5);
        for (const action of actions) {
          // Any snapshot, written and read, goes on as the original.
          const copy = new ReplacingTraces(5);
          copy.visit(3);
          copy.restore(decodeSnapshot(encodeSnapshot(traces.save())));
          traces = copy;
          if (action === "clear") {
            traces.clear();
            dense.fill(0);
            continue;
          }
          traces.visit(action.visit);
          traces.update(table, action.change, decay);
          dense[action.visit] = 1;
          dense.forEach((trace, i) => {
            expected[i] += action.change * trace;
            dense[i] *= decay;
          });
        }
        table.forEach((value, i) => assertAlmostEquals(value, expected[i], 60 * 5 * 1e-10));
      },
    ),
  );
});

Deno.test("faded traces are dropped, so that a step costs what was visited of late", () => {
  const traces = new ReplacingTraces(1000);
  const table = new Float64Array(1000);
  for (let entry = 0; entry < 1000; entry++) {
    traces.visit(entry);
    traces.update(table, 1, 0.5);
  }
  // 2^-33 is below 1e-10, 2^-34 too: 33 traces from 2^-1 to 2^-33.
  const { entries } = traces.save() as { entries: Int32Array };
  assertStrictEquals(entries.length, 33);
  assertStrictEquals(entries[0], 967);
});
