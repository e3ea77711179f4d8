/**
 * Speed of the engine against its alternatives, in one run and on one core: `deno task perf engine`. Each
 * figure is the median of several alternations, so that other work on the machine falls on both sides. Prints;
 * nothing is written. What counts are the ratios: the times are the machine's.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { run as bareTile } from "../engine/bare_tile.wasm";
import { compile } from "../engine/compile.ts";
import { orthogonal } from "../engine/initializers.ts";
import { adam, adamState, clipByGlobalNorm } from "../engine/optimizers.ts";
import { State, type StateTensor } from "../engine/state.ts";
import { defaultGenerator } from "../random/generator.ts";

type Parameters = Record<string, StateTensor>;
type Tensors = Record<string, tf.Tensor>;
type Activation = (x: tf.Tensor) => tf.Tensor;

/** Milliseconds that each side of an alternation takes. */
const SLICE = 60;
const ALTERNATIONS = 9;

/** Weights and biases of a multilayer perceptron. */
function perceptron(sizes: readonly number[], prefix = ""): Parameters {
  const random = defaultGenerator(0);
  const parameters: Parameters = {};
  for (let i = 1; i < sizes.length; i++) {
    const shape = [sizes[i - 1], sizes[i]];
    parameters[`${prefix}w${i}`] = { shape, values: orthogonal(random, shape) };
    parameters[`${prefix}b${i}`] = { shape: [sizes[i]] };
  }
  return parameters;
}

/** The perceptron's output; its last layer is linear. */
function forward(
  x: tf.Tensor,
  parameters: Tensors,
  activation: Activation,
  prefix = "",
): tf.Tensor {
  let hidden = x;
  for (let i = 1; `${prefix}w${i}` in parameters; i++) {
    if (i > 1) hidden = activation(hidden);
    const product = tf.matMul(
      hidden as tf.Tensor2D,
      parameters[`${prefix}w${i}`] as tf.Tensor2D,
    );
    hidden = tf.add(product, parameters[`${prefix}b${i}`]);
  }
  return hidden;
}

function meanSquaredError(output: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.mean(tf.squaredDifference(output, target)) as tf.Scalar;
}

function normal(length: number): Float32Array<ArrayBuffer> {
  const random = defaultGenerator(1);
  return Float32Array.from({ length }, () => random.normal(0, 1));
}

/** Variables of eager TensorFlow.js with the same values. */
function eagerVariables(parameters: Parameters): Record<string, tf.Variable> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, values = 0 }]) => [
      name,
      tf.variable(
        typeof values === "number"
          ? tf.fill([...shape], values)
          : tf.tensor(values as Float32Array, [...shape]),
      ),
    ]),
  );
}

/** One thing done in two ways. */
interface Duel {
  readonly what: string;
  /** How many times as fast the engine must be. */
  readonly bar: number;
  readonly engine: () => void;
  readonly eager: () => void;
}

/** An update of a ReLU network by Adam on the mean squared error; inputs are copied in on both sides. */
function updateDuel(sizes: readonly number[], batch: number, bar: number): Duel {
  const parameters = perceptron(sizes);
  const xShape = [batch, sizes[0]], targetShape = [batch, sizes[sizes.length - 1]];
  const x = normal(batch * xShape[1]), target = normal(batch * targetShape[1]);

  const state = new State({ ...parameters, ...adamState(parameters) });
  const program = compile({
    state,
    inputs: { x: { shape: xShape }, target: { shape: targetShape } },
    run(inputs, variables) {
      const { value, grads } = tf.variableGrads(
        () => meanSquaredError(forward(inputs.x, variables, tf.relu), inputs.target),
        Object.keys(parameters).map((name) => variables[name]),
      );
      adam(variables, grads, { learningRate: 1e-3 });
      return { loss: value };
    },
  });

  const variables = eagerVariables(parameters);
  const optimizer = tf.train.adam(1e-3);
  const loss = () =>
    meanSquaredError(
      forward(tf.tensor(x, xShape), variables, tf.relu),
      tf.tensor(target, targetShape),
    );
  return {
    what: `update of ${sizes.join("-")}, batch ${batch}`,
    bar,
    engine: () => program.run({ x, target }),
    eager: () =>
      tf.tidy(() => {
        optimizer.minimize(loss, false, Object.values(variables));
      }),
  };
}

/** The output of a ReLU network for one observation, read as numbers. */
function forwardDuel(sizes: readonly number[], bar: number): Duel {
  const parameters = perceptron(sizes);
  const x = normal(sizes[0]);
  const state = new State(parameters);
  const program = compile({
    state,
    inputs: { x: { shape: [1, sizes[0]] } },
    run: (inputs, variables) => ({ y: forward(inputs.x, variables, tf.relu) }),
  });
  const variables = eagerVariables(parameters);
  const sink = new Float32Array(1);
  return {
    what: `forward pass of ${sizes.join("-")}, one observation`,
    bar,
    engine() {
      program.run({ x });
      sink[0] = program.output("y")[0];
    },
    eager() {
      sink[0] =
        tf.tidy(() => forward(tf.tensor(x, [1, sizes[0]]), variables, tf.relu).dataSync())[0];
    },
  };
}

/** Microseconds per call, over at least so many milliseconds. */
function timePerCall(action: () => void, milliseconds: number, countHint = 1): number {
  let count = countHint;
  for (;;) {
    const begin = performance.now();
    for (let i = 0; i < count; i++) action();
    const taken = performance.now() - begin;
    if (taken >= milliseconds) return 1000 * taken / count;
    count = Math.ceil(count * Math.max(1.5, 1.2 * milliseconds / Math.max(taken, 0.01)));
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Both sides in alternation: the medians of their times and of their ratios. */
function alternate(one: () => void, other: () => void) {
  const times: [number[], number[]] = [[], []];
  [one, other].forEach((side) => timePerCall(side, 3 * SLICE)); // until V8 has compiled it
  for (let i = 0; i < ALTERNATIONS; i++) {
    times[0].push(timePerCall(one, SLICE));
    times[1].push(timePerCall(other, SLICE));
  }
  return {
    one: median(times[0]),
    other: median(times[1]),
    ratio: median(times[1].map((time, i) => time / times[0][i])),
  };
}

function shown(microseconds: number): string {
  return `${microseconds.toPrecision(3)} us`.padStart(9);
}

function verdict(reached: boolean): string {
  return reached ? "reached" : "missed";
}

function duels(): boolean {
  const list = [
    updateDuel([4, 64, 64, 2], 64, 15),
    updateDuel([4, 64, 64, 2], 256, 15),
    forwardDuel([4, 64, 64, 2], 50),
    updateDuel([17, 256, 256, 6], 256, 8),
  ];
  console.log("against eager TensorFlow.js on its WebAssembly backend, one thread:");
  return list.map(({ what, bar, engine, eager }) => {
    const { one, other, ratio } = alternate(engine, eager);
    console.log(
      `  ${what.padEnd(48)} engine ${shown(one)}  eager ${shown(other)}  ratio ${
        ratio.toFixed(1).padStart(5)
      } (bar ${bar}: ${verdict(ratio >= bar)})`,
    );
    return ratio >= bar;
  }).every(Boolean);
}

const OBSERVATIONS = 8, ACTIONS = 4, HIDDEN = 64, BATCH = 64;

/** A PPO update (Schulman et al. 2017) with two tanh networks: clipped surrogate, value loss, entropy. */
function compilePpoUpdate(): unknown {
  const parameters = {
    ...perceptron([OBSERVATIONS, HIDDEN, HIDDEN, ACTIONS], "policy."),
    ...perceptron([OBSERVATIONS, HIDDEN, HIDDEN, 1], "value."),
  };
  const scalars = { shape: [BATCH] };
  return compile({
    state: new State({ ...parameters, ...adamState(parameters) }),
    inputs: {
      observation: { shape: [BATCH, OBSERVATIONS] },
      action: { shape: [BATCH], dtype: "int32" },
      ...{ oldLogProbability: scalars, advantage: scalars, return: scalars },
      learningRate: { shape: [] },
    },
    run(inputs, variables) {
      const loss = () => {
        const logits = forward(inputs.observation, variables, tf.tanh, "policy.");
        const logProbabilities = tf.logSoftmax(logits);
        const chosen = tf.sum(
          tf.mul(logProbabilities, tf.oneHot(inputs.action as tf.Tensor1D, ACTIONS)),
          1,
        );
        const ratio = tf.exp(tf.sub(chosen, inputs.oldLogProbability));
        const mean = tf.mean(inputs.advantage);
        const deviation = tf.sqrt(tf.mean(tf.squaredDifference(inputs.advantage, mean)));
        const advantage = tf.div(tf.sub(inputs.advantage, mean), tf.add(deviation, 1e-8));
        const surrogate = tf.mean(tf.minimum(
          tf.mul(ratio, advantage),
          tf.mul(tf.clipByValue(ratio, 0.8, 1.2), advantage),
        ));
        const entropy = tf.neg(
          tf.mean(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)),
        );
        const value = tf.reshape(forward(inputs.observation, variables, tf.tanh, "value."), [
          BATCH,
        ]);
        const valueLoss = tf.mean(tf.squaredDifference(value, inputs.return));
        return tf.sub(
          tf.sub(tf.mul(valueLoss, 0.5), surrogate),
          tf.mul(entropy, 0.01),
        ) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(
        loss,
        Object.keys(parameters).map((name) => variables[name]),
      );
      const { gradients } = clipByGlobalNorm(grads, 0.5);
      adam(variables, gradients, { learningRate: inputs.learningRate as tf.Scalar });
      return { loss: value };
    },
  });
}

/** The Fisher matrix of a policy times a vector, as a gradient of a gradient (Schulman et al. 2015). */
function compileFisherVectorProduct(): unknown {
  const parameters = perceptron([OBSERVATIONS, HIDDEN, HIDDEN, ACTIONS]);
  const names = Object.keys(parameters);
  return compile({
    state: new State(parameters),
    inputs: {
      observation: { shape: [BATCH, OBSERVATIONS] },
      oldLogProbability: { shape: [BATCH, ACTIONS] },
      ...Object.fromEntries(names.map((name) => [`vector.${name}`, parameters[name]])),
    },
    run(inputs: Tensors, variables: Tensors) {
      const divergence = (...values: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const logProbabilities = tf.logSoftmax(forward(inputs.observation, named, tf.tanh));
        const old = inputs.oldLogProbability;
        return tf.mean(tf.sum(tf.mul(tf.exp(old), tf.sub(old, logProbabilities)), 1)) as tf.Scalar;
      };
      const alongVector = (...values: tf.Tensor[]) => {
        const gradients = tf.grads(divergence)(values);
        return gradients
          .map((gradient, i) => tf.sum(tf.mul(gradient, inputs[`vector.${names[i]}`])))
          .reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
      };
      const products = tf.grads(alongVector)(names.map((name) => variables[name]));
      return Object.fromEntries(products.map((product, i) => [names[i], product]));
    },
  });
}

/** Compiles once more than it counts, as the first time V8 compiles too; that time is shown beside it. */
function compileTimes(): boolean {
  console.log("compiling:");
  const cases = [
    { what: "PPO update, two 64-64 tanh networks", bar: 300, run: compilePpoUpdate },
    { what: "TRPO Fisher-vector product, 64-64 tanh", bar: 1000, run: compileFisherVectorProduct },
  ];
  return cases.map(({ what, bar, run }) => {
    const times = Array.from({ length: 6 }, () => {
      const begin = performance.now();
      run();
      return performance.now() - begin;
    });
    const [first, ...later] = times;
    const typical = median(later);
    console.log(
      `  ${what.padEnd(48)} ${typical.toFixed(0).padStart(5)} ms, the first time ${
        first.toFixed(0)
      } ms (bar ${bar} ms: ${verdict(first <= bar)})`,
    );
    return first <= bar;
  }).every(Boolean);
}

/** Products of square matrices against the register tile alone, whose operands are always in the nearest cache. */
function matrixProducts(): boolean {
  const bar = 0.7;
  console.log("matrix products against the bare register tile:");
  return [64, 96, 128, 192, 256].map((size) => {
    const shape = [size, size], values = normal(size * size);
    const program = compile({
      state: new State({ a: { shape, values }, b: { shape, values } }),
      inputs: {},
      run: (_, { a, b }) => ({ c: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) }),
    });
    const operations = 2 * size ** 3;
    const tiles = Math.ceil(operations / (64 * size));
    const { one, other, ratio } = alternate(() => program.run({}), () => bareTile(size, tiles));
    const [speed, bareSpeed] = [one, other].map((time) => (operations / time / 1000).toFixed(1));
    console.log(
      `  ${
        `${size} x ${size} x ${size}`.padEnd(48)
      } engine ${speed} GFLOP/s  bare ${bareSpeed} GFLOP/s  ${(100 * ratio).toFixed(0)} % (bar ${
        100 * bar
      } %: ${verdict(ratio >= bar)})`,
    );
    return ratio >= bar;
  }).every(Boolean);
}

/** Measures and prints; gives the exit code, 1 if a bar was missed. */
export async function main(): Promise<number> {
  tf.enableProdMode();
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  const reached = [compileTimes(), duels(), matrixProducts()];
  return reached.every(Boolean) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
