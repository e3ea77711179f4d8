/** The property that random functions must have; expressions_test.ts tries few, expressions_long.ts many. */
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { record } from "../../../engine/record/record.ts";
import { type PassName, passNames } from "../../../engine/simplify/simplify.ts";
import { expression, steps } from "../expressions.ts";
import { assertClose, assertSameBits, randomValues, runEagerly } from "../functions.ts";
import { runCompiled, type Without } from "./compiled.ts";

/**
 * Compiles random functions with their gradients: they give what eager TensorFlow.js gives, and not a bit
 * changes when a simplification is left out, or all are, or the planner's.
 */
export function checkExpressions(numRuns: number, seed?: number): void {
  const pass = fc.constantFrom(...passNames);
  const property = fc.property(steps, fc.nat(), pass, (steps, seed, pass: PassName) => {
    const loss = expression(steps);
    const inputs = randomValues(loss.inputs, seed);
    const state = randomValues(loss.state, seed + 1);
    const graph = record(loss);
    const compiled = runCompiled(graph, loss, inputs, state);
    assertClose(compiled, runEagerly(loss, inputs, state), 1e-3);
    const variants: Without[] = [
      { passes: passNames },
      { passes: [pass] },
      { plan: { reuse: false } },
      { plan: { sweeps: false } },
    ];
    for (const without of variants) {
      const results = runCompiled(graph, loss, inputs, state, without);
      assertSameBits(results, compiled, `without ${JSON.stringify(without)}`);
    }
  });
  fc.assert(property, { numRuns, seed });
}
