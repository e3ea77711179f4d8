/** The ONNX input that a policy reads its observations from. */
import type { Space } from "../../envs/spaces/space.ts";
import type { OnnxValue } from "../../engine/onnx/graph.ts";

/**
 * The input `observation` of a batch of N observations: int64 [N] (Discrete) or [N, k] (a tuple of
 * k integers), float32 [N, ...shape] (Box).
 *
 * @throws RangeError for a space of another type
 */
export function observationInput({ description }: Space): OnnxValue {
  const name = "observation";
  switch (description.type) {
    case "Discrete":
      return { name, type: "int64", shape: ["N"] };
    case "Tuple":
      return { name, type: "int64", shape: ["N", description.spaces.length] };
    case "Box":
      return { name, type: "float32", shape: ["N", ...description.shape] };
    default:
      throw new RangeError(`no ONNX input for observations of type ${description.type}`);
  }
}
