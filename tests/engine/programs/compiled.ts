/** Ways to run what tests record: compiled, with everything switched on or with parts switched off. */
import { build } from "../../../engine/compile.ts";
import type { PlanOptions } from "../../../engine/plan/plan.ts";
import type { Graph } from "../../../engine/program/ir.ts";
import { evaluate } from "../../../engine/run/evaluate.ts";
import { type PassName, simplify } from "../../../engine/simplify/simplify.ts";
import { State } from "../../../engine/state.ts";
import type { Values } from "../functions.ts";
import type { Loss } from "../losses.ts";
import type { Results } from "../reference_interpreter.ts";

/** What to do without. */
export interface Without {
  readonly passes?: readonly PassName[];
  readonly plan?: PlanOptions;
}

/** Simplifies, plans and runs a recorded graph once. */
export function runCompiled(
  graph: Graph,
  loss: Loss,
  inputs: Values,
  values: Values,
  without: Without = {},
): Results {
  const passes = Object.fromEntries((without.passes ?? []).map((name) => [name, false]));
  const state = new State(
    Object.fromEntries(
      Object.entries(loss.state).map(([name, { shape, dtype }]) => [
        name,
        { shape, dtype, values: values[name] as Float32Array },
      ]),
    ),
  );
  const simplified = simplify(graph, { evaluate, passes });
  const program = build(simplified, loss.inputs, state, without.plan);
  program.run(inputs as Record<string, Float32Array>);
  return {
    outputs: new Map([...graph.outputs.keys()].map((name) => [name, program.output(name).slice()])),
    updates: new Map([...graph.updates.keys()].map((name) => [name, state.get(name)])),
  };
}
