/**
 * Computes graphs without inputs and states, for constant folding. The kernels are those of a run, so
 * that a folded program has the bits of the unfolded one.
 */
import { instantiate } from "../kernels/kernels.ts";
import { plan } from "../plan/plan.ts";
import type { Graph } from "../program/ir.ts";
import { sizeOf } from "../program/tensor_spec.ts";
import { makeDriver } from "./driver.ts";
import { EngineMemory, type TensorData } from "./memory.ts";
import { planMemory } from "./plan_memory.ts";

/** The outputs of a graph without inputs and states. Its memory is freed with it. */
export function evaluate(graph: Graph): ReadonlyMap<string, TensorData> {
  const memory = new EngineMemory(instantiate());
  const { calls, outputs } = plan(graph, planMemory(memory, new Map()));
  makeDriver({ run: calls, check: [] }, memory.instance).run();
  return new Map(
    [...outputs].map(([name, { dtype, pointer, shape }]) => [
      name,
      memory.view(dtype, pointer, sizeOf(shape)).slice(),
    ]),
  );
}
