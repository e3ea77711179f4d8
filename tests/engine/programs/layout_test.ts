/** Sweeps are kept only over tensors that came to lie side by side. */
import { assertEquals } from "@std/assert";
import { layOut } from "../../../engine/plan/layout.ts";
import { neededNodes, rootsOf } from "../../../engine/plan/roots.ts";
import type { Sweep } from "../../../engine/plan/sweeps.ts";
import { GraphBuilder } from "../../../engine/program/builder.ts";

const bytes = 16;

/** Two sums of the same two computed tensors, each a new state. */
function twoSums() {
  const builder = new GraphBuilder();
  const [s, t] = ["s", "t"].map((name) => builder.add({ op: "state", name }, [], [4], "float32"));
  const [a, b] = [s, t].map((it) => builder.unary("tanh", it));
  const [x, y] = [builder.binary("add", a, b), builder.binary("add", b, a)];
  const graph = builder.graph(new Map(), new Map([["s", x], ["t", y]]));
  const layOutWith = (sweep: Sweep, gap: number) =>
    layOut(
      graph,
      rootsOf(graph),
      neededNodes(graph),
      [sweep],
      (name) => name === "s" ? 0 : gap,
      true,
    );
  return { a: a.id, b: b.id, x: x.id, y: y.id, layOutWith };
}

Deno.test("a sweep whose tensors can lie side by side is kept", () => {
  const { a, b, x, y, layOutWith } = twoSums();
  const sweep = { members: [x, y], operands: [{ members: [a, b] }, { members: [a, b] }] };
  assertEquals(layOutWith(sweep, bytes).sweeps, [sweep]);
});

Deno.test("a sweep that would need a tensor at two places is given up", () => {
  const { a, b, x, y, layOutWith } = twoSums();
  const sweep = { members: [x, y], operands: [{ members: [a, b] }, { members: [b, a] }] };
  const { sweeps, units } = layOutWith(sweep, bytes);
  assertEquals(sweeps, []);
  assertEquals(units, [[a], [b], [x], [y]]);
});

Deno.test("a sweep over states is not written in place if something lies between them", () => {
  const { a, b, x, y, layOutWith } = twoSums();
  const sweep = { members: [x, y], operands: [{ members: [a, b] }, { members: [a, b] }] };
  assertEquals([...layOutWith(sweep, bytes).inPlace.keys()], [x, y]);
  const apart = layOutWith(sweep, 2 * bytes);
  assertEquals(apart.sweeps, [sweep]);
  assertEquals([...apart.inPlace.keys()], []);
});
