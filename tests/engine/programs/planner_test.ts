/**
 * Planning does not change a bit: random graphs give the same with memory shared, states written in place
 * and calls joined, as with a place for every tensor and a call for every node.
 */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import fc from "fast-check";
import { build } from "../../../engine/compile.ts";
import type { PlanOptions } from "../../../engine/plan/plan.ts";
import { GraphBuilder } from "../../../engine/program/builder.ts";
import type { ElementwiseStep, Graph, Node } from "../../../engine/program/ir.ts";
import { sizeOf } from "../../../engine/program/tensor_spec.ts";
import { State } from "../../../engine/state.ts";

/** Shapes of the states; some are alike, so that they can be swept over and exchanged. */
const SHAPES = [[5, 3], [5, 3], [3], [3, 5], [1], [5, 3]];
const INPUT = [5, 3];

/** A step in making a graph: what to add, and which earlier nodes to use (any number will do). */
type Step = readonly [kind: number, a: number, b: number];

const KINDS = 13;

const multiplyAdd: readonly ElementwiseStep[] = [
  { operation: { op: "binary", kind: "multiply" }, operands: [0, 1], dtype: "float32" },
  { operation: { op: "binary", kind: "add" }, operands: [2, 0], dtype: "float32" },
];

/** What a step adds. Any step is possible after any other. */
function added(builder: GraphBuilder, nodes: readonly Node[], [kind, i, j]: Step): Node {
  const [, , scalar] = nodes;
  const a = nodes[i % nodes.length];
  const alike = nodes.filter(({ shape }) => String(shape) === String(a.shape));
  const b = alike[j % alike.length];
  const isMatrix = a.shape.length === 2;
  switch (kind) {
    case 0:
      return builder.unary("square", a);
    case 1:
      return builder.unary("tanh", a);
    case 2:
      return builder.binary("subtract", a, b);
    case 3:
      return builder.binary("multiply", a, scalar);
    case 4:
      return builder.elementwise(multiplyAdd, [a, b], a.shape);
    case 5:
      return builder.elementwise(multiplyAdd, [a, scalar], a.shape);
    case 6:
      return builder.transpose(a, a.shape.map((_, axis) => a.shape.length - 1 - axis));
    case 7:
      return builder.reshape(a, [...a.shape].reverse());
    case 8: // bytes where there were words
      return builder.cast(builder.binary("less", a, b), "float32");
    case 9: // a broadcast along the last axis
      return isMatrix ? builder.binary("add", a, firstColumn(builder, a)) : a;
    case 10: // one along all but the last
      return isMatrix ? builder.binary("subtract", builder.reduce("max", a, [0]), a) : a;
    case 11:
      return builder.reduce("max", a, isMatrix ? [1] : []);
    default: {
      const [x, y] = isMatrix ? [a, b] : [nodes[0], nodes[1]];
      const product = { op: "matMul", transposeA: false, bias: false, activation: "none" } as const;
      const shape = [x.shape[0], x.shape[0]];
      return builder.add({ ...product, transposeB: true }, [x, y], shape, "float32");
    }
  }
}

/** The first column of a matrix, as a matrix. */
function firstColumn(builder: GraphBuilder, a: Node): Node {
  return builder.slice(a, [0, 0], [a.shape[0], 1]);
}

function graphOf(steps: readonly Step[], updates: readonly number[], outputs: readonly number[]) {
  const builder = new GraphBuilder();
  const nodes: Node[] = [
    builder.add({ op: "input", name: "x" }, [], INPUT, "float32"),
    builder.constant(Float32Array.from({ length: 15 }, (_, i) => i / 8 - 1), INPUT),
    builder.scalar(0.75),
    ...SHAPES.map((shape, i) => builder.add({ op: "state", name: `s${i}` }, [], shape, "float32")),
  ];
  for (const step of steps) nodes.push(added(builder, nodes, step));
  /** The later ones first, so that most of the graph is needed. */
  const pick = (list: readonly Node[], i: number) => list[list.length - 1 - i % list.length];
  return builder.graph(
    new Map(outputs.map((i, k) => [`o${k}`, pick(nodes, i)])),
    new Map(updates.map((i, k) => {
      const fitting = nodes.filter(({ shape }) => String(shape) === String(SHAPES[k]));
      return [`s${k}`, pick(fitting, i)];
    })),
  );
}

/** All outputs and states over three runs, as bits, and how much it took. */
function trace(graph: Graph, options?: PlanOptions) {
  const state = new State(Object.fromEntries(SHAPES.map((shape, i) => {
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, k) => (k - 4 + i) / 16);
    return [`s${i}`, { shape, values }];
  })));
  const program = build(graph, { x: { shape: INPUT } }, state, options);
  const bits: Uint32Array[] = [];
  const keep = (array: ArrayBufferView) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
    bits.push(new Uint32Array(bytes.buffer));
  };
  for (let run = 0; run < 3; run++) {
    program.run({ x: Float32Array.from({ length: 15 }, (_, k) => (k * run - 7) / 9) });
    for (const name of graph.outputs.keys()) keep(program.output(name));
    for (const name of state.names) keep(state.get(name));
  }
  return { bits, bytes: program.workingBytes, calls: program.calls.length };
}

const step = fc.tuple(fc.nat(KINDS - 1), fc.nat(1000), fc.nat(1000));
const graphs = fc.tuple(
  fc.array(step, { minLength: 1, maxLength: 30 }),
  fc.array(fc.nat(1000), { maxLength: SHAPES.length }),
  fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }),
).map((parts) => graphOf(...parts));

Deno.test("shared memory, writing in place and joined calls change no bit", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const plain = trace(graph, { reuse: false, sweeps: false });
      for (const options of [{}, { sweeps: false }, { reuse: false }]) {
        const { bits, bytes, calls } = trace(graph, options);
        assertEquals(bits, plain.bits);
        assertLess(bytes, plain.bytes + 1);
        assertLess(calls, plain.calls + 1);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("a chain of elementwise nodes needs one place, and one call", () => {
  const steps = Array.from({ length: 20 }, (_, i): Step => [3 * (i % 2), 9 + i - 1, 0]);
  const graph = graphOf([[0, 0, 0], ...steps.slice(1)], [], [0]);
  const planned = trace(graph);
  const plain = trace(graph, { reuse: false, sweeps: false });
  assertEquals(planned.calls, 1);
  assertGreater(plain.calls, 19);
  assertEquals(planned.bytes, 64);
});
