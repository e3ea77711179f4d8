/**
 * Runs programs for allocation_test.ts. The argument is a number of runs, which lie between two full
 * collections that mark them in V8's trace. First comes a control, with one small object per run.
 */
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../../engine/compile.ts";
import { adam, adamState } from "../../../engine/optimizers.ts";
import { State } from "../../../engine/state.ts";

const { gc } = globalThis as unknown as { readonly gc: () => void };
const runs = Number(Deno.args[0]);

/** What the control allocates is stored here, so that it cannot be optimized away. */
export const kept: { last?: { readonly run: number } } = {};

const parameters = { w: { shape: [4, 3], values: 0.1 }, b: { shape: [3] } };
const state = new State({ ...parameters, ...adamState(parameters) });
const update = compile({
  state,
  inputs: { x: { shape: [8, 4] }, action: { shape: [2], dtype: "int32" }, rate: { shape: [] } },
  run({ x, action, rate }, s) {
    const { value, grads } = tf.variableGrads(() => {
      const y = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, s.w as tf.Tensor2D), s.b));
      return tf.mean(tf.gather(y, action as tf.Tensor1D)) as tf.Scalar;
    }, [s.w, s.b]);
    adam(s, grads, { learningRate: rate as tf.Scalar });
    return { loss: value };
  },
});
const inputs = {
  x: new Float32Array(32).fill(0.5),
  action: new Int32Array(2),
  rate: new Float32Array(1), // a number would do, but V8 puts numbers that it reads by name into boxes
};
const sum = new Float64Array(1);

function play(each?: (run: number) => void): void {
  for (let run = 0; run < runs; run++) {
    inputs.x[0] = run;
    inputs.rate[0] = 1 / (1 + run);
    update.run(inputs);
    sum[0] += update.output("loss")[0];
    if (!update.finite()) throw new Error("not finite");
    each?.(run);
  }
}

for (const each of [(run: number) => kept.last = { run }, undefined]) {
  play(each); // until everything is compiled
  gc();
  play(each);
  gc();
}
