/**
 * A graph as text, for people: one line per node, steps of a fused chain indented below theirs. The
 * same graph gives the same text everywhere, so that listings can stand in documents and tests.
 */
import type { DType, ElementwiseStep, Graph, Node, Operation } from "./ir.ts";

/** Constants with more elements than this are shortened. */
const shownElements = 4;

/**
 * Lists a graph:
 *
 * ```text
 * %0 = input x                          float32 [64, 4]
 * %1 = state w                          float32 [4, 2]
 * %2 = matMul %0 %1                     float32 [64, 2]
 * %3 = unary tanh %2                    float32 [64, 2]
 * output y = %3
 * ```
 */
export function graphListing(graph: Graph): string {
  const rows = graph.nodes.map((node) => ({
    text: `%${node.id} = ${operationText(node)}`,
    type: typeText(node),
    steps: stepLines(node),
  }));
  // A few long lines must not push all types to the far right.
  const width = Math.max(0, ...rows.map(({ text }) => text.length).filter((n) => n <= 60));
  return [
    ...rows.flatMap(({ text, type, steps }) => [`${text.padEnd(width)}  ${type}`, ...steps]),
    ...[...graph.outputs].map(([name, id]) => `output ${name} = %${id}`),
    ...[...graph.updates].map(([name, id]) => `update ${name} = %${id}`),
  ].join("\n");
}

/** A node in a few words, as error messages name it: `node 7 (unary tanh)`. */
export function nodeName({ id, operation }: Node): string {
  return `node ${id} (${operationName(operation)})`;
}

/** An operation with what tells it from others of its sort, such as `reduce mean` or `input x`. */
export function operationName(operation: Operation): string {
  if ("kind" in operation) return `${operation.op} ${operation.kind}`;
  if ("name" in operation) return `${operation.op} ${operation.name}`;
  return operation.op;
}

function operationText({ operation, inputs }: Node): string {
  return [
    operationName(operation),
    ...inputs.map((id) => `%${id}`),
    ...attributeTexts(operation),
  ].join(" ");
}

function typeText({ dtype, shape }: { dtype: DType; shape: readonly number[] }): string {
  return `${dtype} [${shape.join(", ")}]`;
}

/** The attributes but for those in the name: flags by name where set, others as name=value. */
function attributeTexts(operation: Operation): string[] {
  if (operation.op === "elementwise") return [`(${operation.steps.length} steps)`];
  if (operation.op === "constant") return [dataText(operation.data)];
  return Object.entries(operation).flatMap(([name, value]) => {
    if (["op", "kind", "name"].includes(name) || value === false || value === "none") return [];
    return [value === true ? name : `${name}=${valueText(value)}`];
  });
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "number" ? numberText(value) : String(value);
}

function dataText(data: Float32Array | Int32Array | Uint8Array): string {
  const show = data instanceof Float32Array ? float32Text : numberText;
  const texts = Array.from(data.subarray(0, shownElements), show);
  if (data.length === 1) return texts[0];
  return `[${texts.join(", ")}${data.length > shownElements ? ", ..." : ""}]`;
}

function stepLines({ operation, inputs }: Node): string[] {
  if (operation.op !== "elementwise") return [];
  const operand = (k: number) => k < inputs.length ? `%${inputs[k]}` : `.${k - inputs.length}`;
  return operation.steps.map((step: ElementwiseStep, i) =>
    `    .${i} = ` +
    [
      operationName(step.operation),
      ...step.operands.map(operand),
      ...attributeTexts(step.operation),
    ]
      .join(" ")
  );
}

/** The shortest decimal that is this float32 and no other. */
function float32Text(value: number): string {
  if (value === 0) return numberText(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return numberText(Number(text));
  }
  return numberText(Number(value.toPrecision(9)));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
