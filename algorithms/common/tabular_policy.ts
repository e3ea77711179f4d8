/** A deterministic policy that looks its action up in a table, one entry per observation. */
import type { Environment, Observation } from "../../envs/environment.ts";
import { discreteIndexer } from "../../envs/spaces/discrete_index.ts";
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from "../../engine/onnx/graph.ts";
import type { Policy } from "../algorithm.ts";
import { observationInput } from "./observation_input.ts";

/**
 * The policy that takes the listed action at each observation.
 *
 * @param environment gives the spaces; it is not kept
 * @param actions number of the action, from 0, for each observation in the order of
 *   `discreteIndexer`; it is copied
 * @throws RangeError if the environment's observations or actions are not integers
 */
export function tabularPolicy(
  { id, observationSpace, actionSpace }: Environment,
  actions: ArrayLike<number>,
): Policy {
  const indexer = discreteIndexer(observationSpace);
  if (indexer === null || actionSpace.description.type !== "Discrete") {
    throw new RangeError(`${id}: a tabular policy needs Discrete observations and actions`);
  }
  const { index, starts, strides } = indexer;
  const { start } = actionSpace.description;
  const table = Int32Array.from(actions, (action) => action + start);
  return {
    noise: 0,
    act: (observation: Observation) => table[index(observation)],
    toOnnx: () => lookupGraph(observationInput(observationSpace), starts, strides, table),
  };
}

/** action = table[sum over the observation's integers of stride x (integer - start)] */
function lookupGraph(
  input: OnnxValue,
  starts: readonly number[],
  strides: readonly number[],
  table: Int32Array,
): OnnxGraph {
  const output: OnnxValue = { name: "action", type: "int64", shape: ["N"] };
  const constants = [int64("table", [table.length], table)];
  const nodes: OnnxNode[] = [];
  if (input.shape.length === 1) {
    constants.push(int64("start", [], starts));
    nodes.push({ op: "Sub", inputs: [input.name, "start"], outputs: ["index"] });
  } else {
    const length = starts.length;
    constants.push(
      int64("starts", [length], starts),
      int64("strides", [length], strides),
      int64("axes", [1], [1]),
    );
    nodes.push(
      { op: "Sub", inputs: [input.name, "starts"], outputs: ["digits"] },
      { op: "Mul", inputs: ["digits", "strides"], outputs: ["places"] },
      {
        op: "ReduceSum",
        inputs: ["places", "axes"],
        outputs: ["index"],
        attributes: { keepdims: 0n },
      },
    );
  }
  nodes.push({ op: "Gather", inputs: ["table", "index"], outputs: [output.name] });
  return { name: "tabular_policy", inputs: [input], outputs: [output], constants, nodes };
}

function int64(name: string, shape: readonly number[], values: ArrayLike<number>): OnnxConstant {
  return { name, shape, data: BigInt64Array.from(Array.from(values, BigInt)) };
}
