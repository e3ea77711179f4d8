/** Compiled functions against eager TensorFlow.js, and against themselves with parts of the engine left out. */
import { record } from "../../../engine/record/record.ts";
import { passNames } from "../../../engine/simplify/simplify.ts";
import { assertClose, assertSameBits, randomValues, runEagerly } from "../functions.ts";
import { losses } from "../losses.ts";
import { checkExpressions } from "./check_expression.ts";
import { runCompiled } from "./compiled.ts";

Deno.test("random functions and their gradients, compiled with and without each simplification", () => {
  checkExpressions(50);
});

for (const loss of losses) {
  Deno.test(`${loss.name}: compiled as eagerly, with and without simplifications`, () => {
    const inputs = randomValues(loss.inputs, 1);
    const state = randomValues(loss.state, 2);
    const graph = record(loss);
    const compiled = runCompiled(graph, loss, inputs, state);
    assertClose(compiled, runEagerly(loss, inputs, state));
    const plan = { reuse: false, sweeps: false };
    const plain = runCompiled(graph, loss, inputs, state, { passes: passNames, plan });
    assertSameBits(plain, compiled, "without anything");
    for (const pass of passNames) {
      const without = { passes: [pass] };
      assertSameBits(runCompiled(graph, loss, inputs, state, without), compiled, `without ${pass}`);
    }
  });
}
