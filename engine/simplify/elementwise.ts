/**
 * Fuses elementwise operations into chains that are computed block by block.
 *
 *     %3 = unary square %0
 *     %4 = binary multiply %3 %1
 *     %5 = binary subtract %2 %4      %3 = elementwise %2 %0 %1  ($3 = square $1; $4 = multiply $3 $2; $5 = subtract $0 $4)
 *
 * An operation joins the chain that reads it if nothing outside the chain does, so nothing is
 * computed twice, except operations that cost less than storing their result.
 *
 * Reshapes between elementwise operations vanish: a chain is over elements, whatever their shape. An
 * input of a chain has all of its elements, or one, or those of the last axes; others are broadcast
 * before it. The order of steps and inputs follows from the expression alone.
 */
import { type GraphBuilder, sameShape } from "../program/builder.ts";
import type { ElementwiseStep, Graph, Node, Operation } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { rewrite, usesOf } from "./rewrite.ts";

/** Longest chain. */
const MAX_STEPS = 32;
/** Most inputs of a chain. */
const MAX_INPUTS = 16;

type Scalar = ElementwiseStep["operation"];

const SCALAR: ReadonlySet<Operation["op"]> = new Set<Scalar["op"]>([
  "binary",
  "cast",
  "clip",
  "leakyRelu",
  "powerConstant",
  "select",
  "unary",
]);

/** Functions that cost less than writing their result and reading it again. */
const CHEAP: ReadonlySet<string> = new Set(["abs", "negate", "relu", "square", "step"]);

/** The graph with elementwise chains. */
export function fuseElementwise(graph: Graph): Graph {
  const chains = findChains(graph);
  return rewrite(graph, (node, _, build, replaced) => {
    const members = chains.get(node.id);
    return members && fused(graph.nodes, members, node, build, replaced);
  });
}

/** Operations of scalars, which are steps of chains. */
function isStep(node: Node): boolean {
  return SCALAR.has(node.operation.op);
}

/** Nodes that a chain looks through: they show a chain's elements, or repeat an input of it. */
function isTransparent(node: Node, nodes: readonly Node[]): boolean {
  const { op } = node.operation;
  return op === "reshape" ||
    (op === "broadcast" && periodOf(nodes[node.inputs[0]], node) !== undefined);
}

/** How many elements of an operand repeat over the elements of a node; undefined if in no such way. */
function periodOf(operand: Node, node: Node): number | undefined {
  const size = sizeOf(operand.shape);
  if (size === 1) return size;
  const own = operand.shape.slice(operand.shape.findIndex((length) => length > 1));
  return sameShape(own, node.shape.slice(-own.length)) ? size : undefined;
}

/** The members of each chain, by its last one. */
function findChains({ nodes, ...graph }: Graph): Map<number, Set<number>> {
  const uses = usesOf({ nodes, ...graph });
  const taken = new Set<number>();
  const chains = new Map<number, Set<number>>();
  for (const root of nodes.toReversed()) {
    if (!isStep(root) || taken.has(root.id)) continue;
    const size = sizeOf(root.shape);
    const members = new Set([root.id]);
    // From the last to the first: who reads a node is decided before the node itself.
    const candidates = new Set(root.inputs);
    while (candidates.size > 0) {
      const id = Math.max(...candidates);
      candidates.delete(id);
      const node = nodes[id];
      if (sizeOf(node.shape) !== size || !(isStep(node) || isTransparent(node, nodes))) continue;
      const owned = uses[id].every((use) => use !== "result" && members.has(use));
      if (!owned && !isWorthRepeating(node, nodes, uses[id])) continue;
      members.add(id);
      if (exceeds(members, nodes)) members.delete(id);
      else node.inputs.forEach((input) => candidates.add(input));
      if (owned && members.has(id)) taken.add(id);
    }
    chains.set(root.id, members);
  }
  return chains;
}

/** Whether several chains had better compute a node than one store it: its input is stored anyway. */
function isWorthRepeating(
  node: Node,
  nodes: readonly Node[],
  uses: readonly (number | "result")[],
): boolean {
  const { operation } = node;
  if (isTransparent(node, nodes)) return !isStep(nodes[node.inputs[0]]);
  return operation.op === "unary" && CHEAP.has(operation.kind) && !isStep(nodes[node.inputs[0]]) &&
    uses.every((use) => use !== "result" && isStep(nodes[use]));
}

function exceeds(members: ReadonlySet<number>, nodes: readonly Node[]): boolean {
  let steps = 0;
  const inputs = new Set<number>();
  for (const id of members) {
    if (isStep(nodes[id])) steps++;
    for (const input of nodes[id].inputs) if (!members.has(input)) inputs.add(input);
  }
  return steps > MAX_STEPS || inputs.size > MAX_INPUTS;
}

/** An operand of a step while the chain is written: an input or an earlier step, by its number. */
interface Operand {
  readonly from: "input" | "step";
  readonly number: number;
}

/** The chain as one node, in the shape of its last member. Undefined if a plain node does as well. */
function fused(
  nodes: readonly Node[],
  members: ReadonlySet<number>,
  root: Node,
  build: GraphBuilder,
  replaced: readonly Node[],
): Node | undefined {
  const steps: { readonly node: Node; readonly operands: readonly Operand[] }[] = [];
  const inputs: { readonly node: Node; readonly period: number }[] = [];
  const written = new Map<number, Operand>();
  const size = sizeOf(root.shape);

  const inputOf = (node: Node, period: number): Operand => {
    let number = inputs.findIndex((input) => input.node === node && input.period === period);
    if (number < 0) number = inputs.push({ node, period }) - 1;
    return { from: "input", number };
  };
  /** The operand by which `reader` reads a node. */
  const operandOf = (id: number, reader: Node): Operand => {
    const node = nodes[id];
    if (members.has(id)) return write(node);
    if (sizeOf(node.shape) === size) return inputOf(replaced[id], size);
    const period = periodOf(node, reader);
    if (period !== undefined) return inputOf(replaced[id], period);
    return inputOf(build.broadcast(replaced[id], reader.shape), size);
  };
  const write = (node: Node): Operand => {
    const known = written.get(node.id);
    if (known !== undefined) return known;
    const operands = node.inputs.map((id) => operandOf(id, node));
    const operand: Operand = isStep(node)
      ? { from: "step", number: steps.push({ node, operands }) - 1 }
      : operands[0];
    written.set(node.id, operand);
    return operand;
  };
  write(root);

  const repeats = [...members].some((id) => nodes[id].operation.op === "broadcast");
  if (steps.length === 1 && !repeats) return undefined;
  const shape = shapeFor(inputs.map(({ period }) => period), root.shape);
  if (shape === undefined) return undefined;
  const place = ({ from, number }: Operand) => from === "input" ? number : inputs.length + number;
  const chain = build.elementwise(
    steps.map(({ node, operands }) => ({
      operation: node.operation as Scalar,
      operands: operands.map(place),
      dtype: node.dtype,
    })),
    inputs.map(({ node, period }) => build.reshape(node, trailing(shape, period)!)),
    shape,
  );
  return build.reshape(chain, root.shape);
}

/** A shape of as many elements whose last axes have each of the periods; undefined if there is none. */
function shapeFor(
  periods: readonly number[],
  shape: readonly number[],
): readonly number[] | undefined {
  if (periods.every((period) => trailing(shape, period) !== undefined)) return shape;
  const lengths = [...new Set([1, ...periods, sizeOf(shape)])].sort((a, b) => b - a);
  const sizes = lengths.slice(0, -1).map((length, i) => length / lengths[i + 1]);
  return sizes.every(Number.isInteger) ? sizes : undefined;
}

/** The last axes that have so many elements together; none for one. */
function trailing(shape: readonly number[], size: number): readonly number[] | undefined {
  if (size === sizeOf(shape)) return shape;
  for (let axis = shape.length; axis >= 0; axis--) {
    const part = shape.slice(axis);
    if (sizeOf(part) === size) return part;
  }
  return undefined;
}
