/** Random functions and their gradients, recorded and simplified, compute what eager TensorFlow.js computes. */
import fc from "fast-check";
import { record } from "../../../engine/record/record.ts";
import { passNames, simplify } from "../../../engine/simplify/simplify.ts";
import { expression, steps } from "../expressions.ts";
import { assertClose, assertSameBits, randomValues, runEagerly } from "../functions.ts";
import { interpret } from "../reference_interpreter.ts";

Deno.test("random expressions are recorded as they are, and simplified without changing a bit", () => {
  const property = fc.property(
    steps,
    fc.nat(),
    fc.nat(passNames.length - 1),
    (steps, seed, pass) => {
      const loss = expression(steps);
      const inputs = randomValues(loss.inputs, seed);
      const state = randomValues(loss.state, seed + 1);
      const graph = record(loss);
      const recorded = interpret(graph, inputs, state);
      assertClose(recorded, runEagerly(loss, inputs, state), 1e-3);

      const evaluate = (graph: Parameters<typeof interpret>[0]) => interpret(graph, {}).outputs;
      const simplified = simplify(graph, { evaluate });
      assertSameBits(interpret(simplified, inputs, state), recorded, "simplified");
      const name = passNames[pass];
      const partly = simplify(graph, { evaluate, passes: { [name]: false } });
      assertSameBits(interpret(partly, inputs, state), recorded, `without ${name}`);
    },
  );
  fc.assert(property, { numRuns: 60, seed: 7 });
});
