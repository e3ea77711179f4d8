/** Whole training runs against eager TensorFlow.js, and their going on from a snapshot. */
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../../engine/compile.ts";
import { adam, adamState, clipByGlobalNorm, sgd, sgdState } from "../../../engine/optimizers.ts";
import { State, type StateTensor } from "../../../engine/state.ts";
import { randomValues, runEagerly, type Values } from "../functions.ts";

tf.enableProdMode();

const BATCH = 9, SIZES = [3, 8, 5, 2];
const parameters = Object.fromEntries(
  SIZES.slice(1).flatMap((outputs, i) => [
    [`w${i}`, { shape: [SIZES[i], outputs] }],
    [`b${i}`, { shape: [outputs] }],
  ]),
);
const inputs = {
  x: { shape: [BATCH, SIZES[0]] },
  target: { shape: [BATCH, 2] },
  learningRate: { shape: [] },
};

type Step = (
  variables: Record<string, tf.Variable>,
  grads: tf.NamedTensorMap,
  rate: tf.Scalar,
) => void;

/** An update of a tanh network towards a target. */
function updateWith(step: Step) {
  return (given: Record<string, tf.Tensor>, variables: Record<string, tf.Variable>) => {
    const loss = () => {
      let hidden = given.x;
      for (let i = 0; `w${i}` in parameters; i++) {
        if (i > 0) hidden = tf.tanh(hidden);
        const weights = variables[`w${i}`] as tf.Tensor2D;
        hidden = tf.add(tf.matMul(hidden as tf.Tensor2D, weights), variables[`b${i}`]);
      }
      return tf.losses.meanSquaredError(given.target, hidden) as tf.Scalar;
    };
    const trained = Object.keys(parameters).map((name) => variables[name]);
    const { value, grads } = tf.variableGrads(loss, trained);
    step(variables, grads, given.learningRate as tf.Scalar);
    return { loss: value };
  };
}

const optimizers: Record<string, { state: Record<string, StateTensor>; step: Step; rate: number }> =
  {
    SGD: {
      state: {},
      step: (variables, grads, learningRate) => sgd(variables, grads, { learningRate }),
      rate: 0.1,
    },
    "SGD with momentum": {
      state: sgdState(parameters),
      step: (variables, grads, learningRate) =>
        sgd(variables, grads, { learningRate, momentum: 0.9 }),
      rate: 0.02,
    },
    "Adam with clipping": {
      state: adamState(parameters),
      step(variables, grads, learningRate) {
        adam(variables, clipByGlobalNorm(grads, 0.5).gradients, { learningRate });
      },
      rate: 0.01,
    },
  };

function given(step: number, rate: number): Values & Record<string, Float32Array> {
  const values = randomValues({ x: inputs.x, target: inputs.target }, step % 3);
  return { ...values, learningRate: Float32Array.of(rate) } as Record<string, Float32Array>;
}

for (const [name, { state: extra, step, rate }] of Object.entries(optimizers)) {
  const specs = { ...parameters, ...extra };
  const start: Values = {
    ...randomValues(parameters, 5),
    ...Object.fromEntries(
      Object.entries(extra).map(([it, { shape }]) => [
        it,
        new Float32Array(shape.reduce((a, b) => a * b, 1)),
      ]),
    ),
  };
  const newState = () =>
    new State(Object.fromEntries(
      Object.entries(specs).map((
        [it, spec],
      ) => [it, { ...spec, values: start[it] as Float32Array }]),
    ));

  Deno.test(`${name}: 30 updates are those of eager TensorFlow.js`, () => {
    const state = newState();
    const run = updateWith(step);
    const program = compile({ state, inputs, run });
    let expected = start;
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) {
      program.run(given(i, rate));
      losses.push(program.output("loss")[0]);
      const eager = runEagerly({ inputs, state: specs, run }, given(i, rate), expected);
      expected = { ...expected, ...Object.fromEntries(eager.updates) };
      assertAlmostEquals(losses[i], eager.outputs.get("loss")![0], 1e-4, `loss ${i}`);
    }
    for (const it of state.names) {
      state.get(it).forEach((value, k) => assertAlmostEquals(value, expected[it][k], 1e-4, it));
    }
    assertLess(losses[29], losses[2]);
  });

  Deno.test(`${name}: a restored State goes on bit for bit`, () => {
    const run = updateWith(step);
    const state = newState();
    const program = compile({ state, inputs, run });
    for (let i = 0; i < 5; i++) program.run(given(i, rate));
    const saved = state.save();
    for (let i = 5; i < 10; i++) program.run(given(i, rate));
    const other = newState();
    const again = compile({ state: other, inputs, run });
    other.restore(saved);
    for (let i = 5; i < 10; i++) again.run(given(i, rate));
    assertEquals(other.save(), state.save());
    state.restore(saved);
    assertEquals(state.save(), saved);
  });
}
