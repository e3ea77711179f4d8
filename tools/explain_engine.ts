/**
 * `deno task engine:explain`: prints one loss on its way through the engine, every listing real. The
 * same listings stand in docs/engine.md, kept current by `deno task docs`.
 */
import { build } from "../engine/compile.ts";
import { onnxGraph } from "../engine/onnx/export.ts";
import type { OnnxAttribute } from "../engine/onnx/graph.ts";
import { graphListing } from "../engine/program/listing.ts";
import { sizeOf } from "../engine/program/tensor_spec.ts";
import { record, recordTape } from "../engine/record/record.ts";
import type { Tape, Value } from "../engine/record/tape.ts";
import { evaluate } from "../engine/run/evaluate.ts";
import { elementBytes } from "../engine/run/memory.ts";
import { passNames, simplify } from "../engine/simplify/simplify.ts";
import { memoryOf } from "../engine/state.ts";
import { forward, state, update } from "./explain_example.ts";

// Each stage once: what is built later lies at other addresses.
const specs = Object.fromEntries(state.names.map((name) => [name, state.spec(name)]));
const recordable = { ...update, state: specs };
const recorded = record(recordable);
const simplified = simplify(recorded, { evaluate });
const program = build(simplified, update.inputs, state);

/** The listings by their names, in the order in which the engine works; each is Markdown. */
export const engineBlocks: Readonly<Record<string, () => string>> = {
  "engine source": () => code(source(), "ts ignore"),
  "engine calls": () => code(tapeListing(recordTape(recordable))),
  "engine graph": () => code(graphListing(recorded)),
  "engine passes": passTable,
  "engine simplified": () => code(graphListing(simplified)),
  "engine memory": memoryTable,
  "engine kernels": () => code(kernelListing()),
  "engine model": () => code(onnxListing()),
};

function code(text: string, language = "text"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** The example, without its header and imports. */
function source(): string {
  const text = Deno.readTextFileSync(new URL("./explain_example.ts", import.meta.url));
  return text.slice(text.indexOf("const random")).trimEnd();
}

/** What TensorFlow.js was asked to do, call by call. */
function tapeListing(tape: Tape): string {
  const names = new Map<Value, string>();
  for (const [name, value] of [...tape.inputs, ...tape.state]) names.set(value, name);
  const nameOf = (value: Value) => {
    if (!names.has(value) && value.origin.kind === "constant") {
      const { data } = value.origin;
      return data.length === 1 ? String(data[0]) : `constant [${value.shape.join(", ")}]`;
    }
    return names.get(value) ?? "?";
  };
  return tape.calls.map(({ kernel, attributes, inputs, outputs }, i) => {
    outputs.forEach((value, k) => names.set(value, `#${i}${k > 0 ? `.${k}` : ""}`));
    const results = outputs.map(({ dtype, shape }) => `${dtype} [${shape.join(", ")}]`);
    const settings = Object.entries(attributes)
      .filter(([name, value]) => value !== false && name !== "shape") // the result says its shape
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const given = [...[...inputs.values()].map(nameOf), ...settings];
    return `#${i} = ${kernel}(${given.join(", ")})`.padEnd(50) + `  ${results.join(", ")}`;
  }).join("\n");
}

/** How large the graph is with each pass added to those before it. */
function passTable(): string {
  const off: Record<string, boolean> = Object.fromEntries(passNames.map((name) => [name, false]));
  const rows = passNames.map((name) => {
    off[name] = true;
    return [name, simplify(recorded, { evaluate, passes: { ...off } })] as const;
  });
  return table(
    ["with the pass", "nodes", "of them constants", "of them fused chains"],
    [
      ["(as recorded)", recorded] as const,
      ...rows,
    ].map(([name, { nodes }]) => {
      const count = (op: string) => nodes.filter(({ operation }) => operation.op === op).length;
      return [name, nodes.length, count("constant"), count("elementwise")];
    }),
  );
}

/** Where states and outputs lie. */
function memoryTable(): string {
  const rows = [...memoryOf(state).places].map(([name, { pointer, shape, dtype }]) => [
    name,
    `${dtype} [${shape.join(", ")}]`,
    pointer,
    elementBytes[dtype] * sizeOf(shape),
  ]);
  return table(["state", "type", "address", "bytes"], rows) +
    `\n\nBesides them a run works in ${program.workingBytes} bytes, which all programs of the state share.`;
}

/** The calls of a run, each with the nodes that it computes; addresses of states by their names. */
function kernelListing(): string {
  const names = new Map(
    [...memoryOf(state).places].map(([name, { pointer }]) => [pointer, `&${name}`]),
  );
  return program.calls.map((call) => {
    const values = call.arguments.map((value) => names.get(value) ?? value);
    const nodes = call.nodes.map((id) => `%${id}`).join(" ") || "(copy)";
    return `${call.kernel}(${values.join(", ")})\n    computes ${nodes}`;
  }).join("\n");
}

function onnxListing(): string {
  const { inputs, constants, nodes, outputs } = onnxGraph(forward);
  const value = ({ name, type, shape }: typeof inputs[number]) =>
    `${name}: ${type} [${shape.join(", ")}]`;
  return [
    ...inputs.map((input) => `input ${value(input)}`),
    ...constants.map(({ name, shape }) => `constant ${name}: [${shape.join(", ")}]`),
    ...nodes.map((node) =>
      `${node.outputs.join(", ")} = ${node.op}(${node.inputs.join(", ")})${
        attributesText(node.attributes)
      }`
    ),
    ...outputs.map((output) => `output ${value(output)}`),
  ].join("\n");
}

function attributesText(attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
  return Object.entries(attributes).map(([name, value]) => ` ${name}=${value}`).join("");
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

if (import.meta.main) {
  for (const [name, block] of Object.entries(engineBlocks)) {
    console.log(`\n## ${name}\n\n${block()}`);
  }
}
