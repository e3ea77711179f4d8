/** Memory as planning sees it: states at their places, everything else wherever there is room. */
import type { PlanMemory } from "../plan/plan.ts";
import type { EngineMemory } from "./memory.ts";

/** Planning into a memory whose states lie at these addresses. */
export function planMemory(
  memory: EngineMemory,
  states: ReadonlyMap<string, { readonly pointer: number }>,
): PlanMemory {
  return {
    kernels: memory.instance.kernels,
    statePlace: (name) => states.get(name)!.pointer,
    area: (which, bytes) => memory.area(which, bytes),
    place(data) {
      const pointer = memory.reserve(data.byteLength);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      memory.view("bool", pointer, bytes.length).set(bytes);
      return pointer;
    },
  };
}
