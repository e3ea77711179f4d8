/**
 * Translates a tape of TensorFlow.js's kernels into the engine's graph language, by the tables in
 * `lower_*.ts`. Only what an output or an update depends on is translated; nothing is simplified.
 */
import { GraphBuilder } from "../program/builder.ts";
import { type Graph, MAX_RANK, type Node } from "../program/ir.ts";
import { elementwise } from "./lower_elementwise.ts";
import { products } from "./lower_products.ts";
import { shapes } from "./lower_shapes.ts";
import { type KernelCall, type Lowerings, Unsupported } from "./lowering.ts";
import type { Call, Tape, Value } from "./tape.ts";

/** What each kernel of TensorFlow.js means. */
const lowerings: Lowerings = { ...elementwise, ...products, ...shapes };

/** The kernels of TensorFlow.js that can be recorded, by name. */
export const recordableKernels: readonly string[] = Object.keys(lowerings).sort();

/**
 * The graph of a tape.
 *
 * @throws Error one error that counts everything that the engine does not have
 */
export function lower(tape: Tape): Graph {
  const build = new GraphBuilder();
  const nodes = new Map<Value, Node>();
  const missing = new Map<string, number>();

  // Inputs and state are declared whether they are used or not: they are the program's interface.
  for (const [values, op] of [[tape.inputs, "input"], [tape.state, "state"]] as const) {
    for (const [name, value] of values) {
      nodes.set(value, build.add({ op, name }, [], value.shape, value.dtype));
    }
  }

  const nodeOf = (value: Value): Node => {
    let node = nodes.get(value);
    if (node === undefined) {
      if (value.origin.kind !== "constant") throw new Error("a tape is in order");
      node = build.constant(value.origin.data, value.shape);
      nodes.set(value, node);
    }
    return node;
  };

  for (const call of neededCalls(tape)) {
    const inputs = new Map([...call.inputs].map(([name, value]) => [name, nodeOf(value)]));
    const results = translated(call, inputs, build, missing);
    call.outputs.forEach((value, i) => nodes.set(value, results[i]));
  }

  if (missing.size > 0) {
    const list = [...missing].sort().map(([what, count]) => `${what} (${count}x)`);
    throw new Error(`cannot record these operations: ${list.join(", ")}`);
  }
  const named = (values: ReadonlyMap<string, Value>) =>
    new Map([...values].map(([name, value]) => [name, nodeOf(value)]));
  return build.graph(named(tape.outputs), named(tape.updates));
}

/** The nodes of a call's results. Where something is missing, it is counted and a stand-in given. */
function translated(
  call: Call,
  inputs: ReadonlyMap<string, Node>,
  build: GraphBuilder,
  missing: Map<string, number>,
): readonly Node[] {
  const context: KernelCall = {
    kernel: call.kernel,
    build,
    attributes: call.attributes,
    inputs: [...inputs.values()],
    input: (name) => inputs.get(name)!,
    optional: (name) => inputs.get(name),
    outputs: call.outputs,
  };
  try {
    if (!Object.hasOwn(lowerings, call.kernel)) throw new Unsupported(call.kernel);
    const rank = Math.max(...call.outputs.map(({ shape }) => shape.length));
    if (rank > MAX_RANK) throw new Unsupported(`${call.kernel} of rank ${rank}`);
    return [lowerings[call.kernel](context)].flat();
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    missing.set(error.message, (missing.get(error.message) ?? 0) + 1);
    return call.outputs.map(({ shape, dtype }) =>
      build.add({ op: "input", name: "" }, [], shape, dtype)
    );
  }
}

/** The calls that outputs and updates depend on, in the order in which they ran. */
function neededCalls(tape: Tape): Call[] {
  const needed = new Set<Value>([...tape.outputs.values(), ...tape.updates.values()]);
  const backwards = tape.calls.toReversed().filter((call) => {
    if (!call.outputs.some((value) => needed.has(value))) return false;
    for (const value of call.inputs.values()) needed.add(value);
    return true;
  });
  return backwards.reverse();
}
