/** Loops that are compiled into a program have the bits of the kernels, special values included. */
import { assertEquals } from "@std/assert";
import { build } from "../../../engine/compile.ts";
import { GraphBuilder } from "../../../engine/program/builder.ts";
import type { BinaryKind, UnaryKind } from "../../../engine/program/ir.ts";
import { State } from "../../../engine/state.ts";

const unary: readonly UnaryKind[] = [
  ...["abs", "negate", "sqrt", "square", "reciprocal", "relu", "step"] as const,
];
const binary: readonly BinaryKind[] = [
  ...["add", "subtract", "multiply", "divide", "maximum", "minimum"] as const,
];
const values = [
  ...[0, -0, 1, -1, NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 2 ** -126, 3e38, -3e38],
  ...[0.1, -0.1, 1 / 3, 7, -2.5, 1 + 2 ** -23, 16_777_217],
];
const pairs = values.flatMap((a) => values.map((b) => [a, b]));
const inputs = { a: { shape: [pairs.length] }, b: { shape: [pairs.length] } };
const given = {
  a: Float32Array.from(pairs, ([a]) => a),
  b: Float32Array.from(pairs, ([, b]) => b),
};

for (const kind of [...unary, ...binary]) {
  Deno.test(`${kind}: a loop gives what the kernel gives`, () => {
    const builder = new GraphBuilder();
    const [a, b] = ["a", "b"].map((name) =>
      builder.add({ op: "input", name }, [], [pairs.length], "float32")
    );
    const result = unary.includes(kind as UnaryKind)
      ? builder.unary(kind as UnaryKind, a)
      : builder.binary(kind as BinaryKind, a, b);
    const graph = builder.graph(new Map([["result", result]]), new Map());
    const [loop, kernel] = [true, false].map((sweeps) => {
      const program = build(graph, inputs, new State({}), { sweeps });
      program.run(given);
      return {
        kernels: program.calls.map(({ kernel }) => kernel),
        result: program.output("result"),
      };
    });
    assertEquals(loop.kernels, ["loop"]);
    assertEquals(kernel.kernels, ["apply"]);
    // As lists: -0 is told from 0, and any NaN is taken for another.
    assertEquals([...loop.result], [...kernel.result]);
  });
}

Deno.test("a loop reads what it has written before, and scalars once", () => {
  const builder = new GraphBuilder();
  const [a, b] = ["a", "b"].map((name) => builder.add({ op: "state", name }, [], [6], "float32"));
  const scale = builder.add({ op: "input", name: "scale" }, [], [], "float32");
  const newA = builder.binary("add", a, b);
  const newB = builder.binary("subtract", builder.binary("multiply", newA, scale), b);
  const graph = builder.graph(new Map(), new Map([["a", newA], ["b", newB]]));
  const state = new State({
    a: { shape: [6], values: [1, 2, 3, 4, 5, 6] },
    b: { shape: [6], values: 1 },
  });
  const program = build(graph, { scale: { shape: [] } }, state);
  assertEquals(program.calls.map(({ kernel }) => kernel), ["loop"]);
  program.run({ scale: 10 });
  assertEquals(state.get("a"), Float32Array.of(2, 3, 4, 5, 6, 7));
  assertEquals(state.get("b"), Float32Array.of(19, 29, 39, 49, 59, 69));
  program.run({ scale: 1 });
  assertEquals(state.get("a"), Float32Array.of(21, 32, 43, 54, 65, 76));
  assertEquals(state.get("b"), Float32Array.of(2, 3, 4, 5, 6, 7));
});
