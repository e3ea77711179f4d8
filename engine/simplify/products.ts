/**
 * Lets matrix products add their bias and apply their activation.
 *
 *     %3 = matMul %0 %1
 *     %4 = binary add %3 %2      %3 = matMul %0 %1 %2 bias relu
 *     %5 = unary relu %4
 *
 * Only where nothing else reads what lies between. The gradient of relu reads what goes into it,
 * step(x); it is made to read what comes out, which is the same: relu(x) is above 0 where x is, and
 * NaN where x is.
 */
import type { GraphBuilder } from "../program/builder.ts";
import type { Activation, Graph, Node } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { rewrite, type Rule, usesOf } from "./rewrite.ts";

const ACTIVATIONS: ReadonlySet<string> = new Set<Activation>(["relu", "tanh", "sigmoid", "elu"]);

/** The graph with biases and activations taken into matrix products. */
export function takeInActivations(graph: Graph): Graph {
  return onReadOnce(onReadOnce(stepFromRelu(graph), bias), activation);
}

/** step(x) becomes step(relu(x)) where relu(x) is computed anyway. */
function stepFromRelu(graph: Graph): Graph {
  const relus = new Map<number, number>();
  for (const { id, operation, inputs } of graph.nodes) {
    if (operation.op === "unary" && operation.kind === "relu") relus.set(inputs[0], id);
  }
  return rewrite(graph, ({ operation, inputs, shape, dtype }, _, build, replaced) => {
    if (operation.op !== "unary" || operation.kind !== "step") return undefined;
    const relu = replaced[relus.get(inputs[0]) ?? -1];
    return relu && build.add(operation, [relu], shape, dtype);
  });
}

/** A rule that also knows which of the node's inputs nothing else reads. */
type ReadOnceRule = (
  node: Node,
  inputs: readonly Node[],
  build: GraphBuilder,
  readOnce: readonly boolean[],
) => Node | undefined;

function onReadOnce(graph: Graph, rule: ReadOnceRule): Graph {
  const uses = usesOf(graph);
  const withUses: Rule = (node, inputs, build) =>
    rule(node, inputs, build, node.inputs.map((id) => uses[id].length === 1));
  return rewrite(graph, withUses);
}

const bias: ReadOnceRule = ({ operation, shape, dtype }, inputs, build, readOnce) => {
  if (operation.op !== "binary" || operation.kind !== "add") return undefined;
  const at = inputs.findIndex((input, i) =>
    readOnce[i] && input.operation.op === "matMul" && !input.operation.bias &&
    input.operation.activation === "none" && input.shape.length === shape.length
  );
  if (at < 0) return undefined;
  const [product, added] = [inputs[at], inputs[1 - at]];
  const columns = shape[shape.length - 1];
  const isRow = added.shape[added.shape.length - 1] === columns && sizeOf(added.shape) === columns;
  if (product.operation.op !== "matMul" || !isRow || sizeOf(product.shape) !== sizeOf(shape)) {
    return undefined;
  }
  const operands = product.inputs.map((id) => build.node(id));
  const row = build.reshape(added, [columns]);
  return build.add({ ...product.operation, bias: true }, [...operands, row], shape, dtype);
};

const activation: ReadOnceRule = ({ operation, shape, dtype }, [x], build, [readOnce]) => {
  if (operation.op !== "unary" || !ACTIVATIONS.has(operation.kind) || !readOnce) return undefined;
  if (x.operation.op !== "matMul" || x.operation.activation !== "none") return undefined;
  const activated = { ...x.operation, activation: operation.kind as Activation };
  return build.add(activated, x.inputs.map((id) => build.node(id)), shape, dtype);
};
