/**
 * Checks a graph before it is written. An ONNX file is read far from where it was made, so a mistake
 * in a graph should be told here, by name, and not by the runtime that loads the file.
 * Operators and their attributes are left to the runtime: it knows them all.
 */
import type { OnnxGraph, OnnxValue } from "./graph.ts";

/**
 * Checks that every tensor of a graph is defined exactly once and before its use, that sizes fit and
 * that nothing is left over.
 *
 * @throws RangeError that names the graph, the place and the mistake
 */
export function validateGraph(graph: OnnxGraph): void {
  const fail = (problem: string): never => {
    throw new RangeError(`ONNX graph "${graph.name}": ${problem}`);
  };
  if (graph.name === "") fail("its name must not be empty");
  if (graph.outputs.length === 0) fail("it has no outputs");

  // Where each tensor comes from, in words: for messages about a second definition.
  const definitions = new Map<string, string>();
  const define = (name: string, where: string) => {
    if (name === "") fail(`${where} has an empty name`);
    const first = definitions.get(name);
    if (first !== undefined) {
      fail(`"${name}" is defined twice: by ${first} and by ${where}`);
    }
    definitions.set(name, where);
  };

  for (const input of graph.inputs) {
    define(input.name, "an input");
    checkShape(`input "${input.name}"`, input.shape, fail);
  }
  for (const { name, shape, data } of graph.constants) {
    define(name, "a constant");
    checkShape(`constant "${name}"`, shape, fail);
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      fail(
        `constant "${name}" of shape [${shape}] must have ${size} elements, not ${data.length}`,
      );
    }
  }

  const computedBy = new Map<string, string>();
  graph.nodes.forEach((node, index) => {
    for (const output of node.outputs) {
      if (!computedBy.has(output)) {
        computedBy.set(output, `node ${index} (${node.op})`);
      }
    }
  });
  const used = new Set<string>();
  const use = (name: string, where: string) => {
    if (!definitions.has(name)) {
      const later = computedBy.get(name);
      fail(
        later === undefined
          ? `${where} reads "${name}", which nothing defines`
          : `${where} reads "${name}" before ${later} computes it`,
      );
    }
    used.add(name);
  };

  graph.nodes.forEach((node, index) => {
    const where = `node ${index} (${node.op})`;
    if (node.op === "") fail(`node ${index} has an empty operator name`);
    if (node.outputs.length === 0) fail(`${where} has no outputs`);
    // An empty name stands for an optional input that is left out.
    for (const input of node.inputs) if (input !== "") use(input, where);
    for (const output of node.outputs) define(output, where);
    for (const [name, value] of Object.entries(node.attributes ?? {})) {
      if (Array.isArray(value)) {
        checkList(`attribute "${name}" of ${where}`, value, fail);
      }
    }
  });

  const outputs = new Set<string>();
  for (const output of graph.outputs) {
    if (outputs.has(output.name)) {
      fail(`it has two outputs named "${output.name}"`);
    }
    outputs.add(output.name);
    checkShape(`output "${output.name}"`, output.shape, fail);
    use(output.name, "its list of outputs");
  }
  for (const { name } of graph.constants) {
    if (!used.has(name)) fail(`constant "${name}" is used by no node`);
  }
}

function checkShape(
  where: string,
  shape: OnnxValue["shape"],
  fail: (problem: string) => never,
): void {
  for (const length of shape) {
    const valid = typeof length === "string"
      ? length !== ""
      : Number.isSafeInteger(length) && length >= 0;
    if (!valid) {
      fail(
        `${where} has the length ${
          JSON.stringify(length)
        }; a length is a whole number >= 0 or a name`,
      );
    }
  }
}

/** The type of a list is read off its elements: they must agree, and there must be one. */
function checkList(
  where: string,
  list: readonly unknown[],
  fail: (problem: string) => never,
): void {
  if (list.length === 0) fail(`${where} is an empty list; leave it out`);
  if (list.some((element) => typeof element !== typeof list[0])) {
    fail(`${where} mixes integers (bigint) and floats (number)`);
  }
}
