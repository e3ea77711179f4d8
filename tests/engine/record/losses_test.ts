/** Recorded losses, gradients and updates compute what eager TensorFlow.js computes, simplified or not. */
import { assert } from "@std/assert";
import { record } from "../../../engine/record/record.ts";
import { passNames, simplify } from "../../../engine/simplify/simplify.ts";
import { assertClose, assertSameBits, randomValues, runEagerly } from "../functions.ts";
import { losses } from "../losses.ts";
import { interpret } from "../reference_interpreter.ts";

for (const loss of losses) {
  Deno.test(`recorded as eager: ${loss.name}`, () => {
    const graph = record(loss);
    const inputs = randomValues(loss.inputs, 1);
    const state = randomValues(loss.state, 2);
    const recorded = interpret(graph, inputs, state);
    assertClose(recorded, runEagerly(loss, inputs, state));

    const evaluate = (graph: Parameters<typeof interpret>[0]) => interpret(graph, {}).outputs;
    const simplified = simplify(graph, { evaluate });
    assert(simplified.nodes.length < graph.nodes.length);
    assertSameBits(interpret(simplified, inputs, state), recorded, "simplified");
    for (const name of passNames) {
      const partly = simplify(graph, { evaluate, passes: { [name]: false } });
      assertSameBits(interpret(partly, inputs, state), recorded, `without ${name}`);
    }
  });
}
