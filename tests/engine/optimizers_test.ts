/**
 * The optimizers, eagerly, against float64 versions written here from the papers' formulae, and
 * against numbers of PyTorch's definitions that can be computed by hand.
 */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  adam,
  adamState,
  clipByGlobalNorm,
  type OptimizerState,
  polyakAverage,
  rmsProp,
  rmsPropState,
  rmsPropTensorFlow,
  rmsPropTensorFlowState,
  sgd,
  sgdState,
} from "../../engine/optimizers.ts";
import { record } from "../../engine/record/record.ts";
import { simplify } from "../../engine/simplify/simplify.ts";
import { defaultGenerator } from "../../random/generator.ts";

tf.enableProdMode();
await tf.setBackend("cpu");

type Values = Record<string, number[]>;
type Variables = Record<string, tf.Variable>;

/** Runs a function with fresh variables of these values, and clears up. */
function withVariables<T>(
  parameters: Values,
  state: OptimizerState,
  run: (variables: Variables) => T,
): T {
  const variables: Variables = {};
  for (const [name, values] of Object.entries(parameters)) {
    variables[name] = tf.variable(tf.tensor1d(values));
  }
  for (const [name, { shape, values }] of Object.entries(state)) {
    variables[name] = tf.variable(tf.fill([...shape], values));
  }
  try {
    return run(variables);
  } finally {
    tf.disposeVariables();
  }
}

function read(variables: Variables, name: string): number[] {
  return Array.from(variables[name].dataSync());
}

const shapes = { w: { shape: [3] }, b: { shape: [2] } };
const start: Values = { w: [0.5, -1.25, 2], b: [0, 1e-3] };

/** Gradients of many sizes, the same in each test; some are 0. */
function gradientsOf(step: number): Values {
  const random = defaultGenerator(step);
  const draw = () => Math.fround(random.normal(0, 1) * [1e-4, 1, 0, 30][random.integers(0, 4)]);
  return { w: [draw(), draw(), draw()], b: [draw(), draw()] };
}

/** Runs 200 steps of an optimizer and of its float64 twin and compares the parameters after each. */
function compare(
  state: OptimizerState,
  step: (variables: Variables, gradients: Record<string, tf.Tensor>, rate: tf.Scalar) => void,
  /** The change of one element: its memory is an object of its own, step counts from 1. */
  twin: (gradient: number, rate: number, step: number, memory: Record<string, number>) => number,
) {
  withVariables(start, state, (variables) => {
    const expected = structuredClone(start);
    const memories: Record<string, Record<string, number>> = {};
    for (let t = 1; t <= 200; t++) {
      const gradients = gradientsOf(t);
      const rate = 0.01 / t;
      tf.tidy(() => {
        const tensors = Object.entries(gradients).map(([name, g]) => [name, tf.tensor1d(g)]);
        step(variables, Object.fromEntries(tensors), tf.scalar(rate));
      });
      for (const name of Object.keys(start)) {
        const actual = read(variables, name);
        expected[name].forEach((value, i) => {
          const memory = memories[`${name}${i}`] ??= {};
          expected[name][i] = value - twin(gradients[name][i], rate, t, memory);
          const size = Math.max(1, Math.abs(expected[name][i]));
          assertAlmostEquals(actual[i], expected[name][i], 3e-6 * size, `${name}[${i}], step ${t}`);
        });
      }
    }
    assert(expected.w[0] !== start.w[0]);
  });
}

Deno.test("sgd goes down the gradient", () => {
  compare({}, (v, g, learningRate) => sgd(v, g, { learningRate }), (g, rate) => rate * g);
});

Deno.test("sgd with momentum equals a float64 version", () => {
  compare(
    sgdState(shapes),
    (v, g, learningRate) => sgd(v, g, { learningRate, momentum: 0.9 }),
    (g, rate, _, memory) => {
      memory.b = 0.9 * (memory.b ?? 0) + g;
      return rate * memory.b;
    },
  );
});

Deno.test("adam equals a float64 version of Kingma and Ba's algorithm 1", () => {
  for (const epsilon of [1e-8, 1e-5, 0.1]) {
    compare(
      adamState(shapes),
      (v, g, learningRate) => adam(v, g, { learningRate, epsilon }),
      (g, rate, t, memory) => {
        memory.m = 0.9 * (memory.m ?? 0) + 0.1 * g;
        memory.v = 0.999 * (memory.v ?? 0) + 0.001 * g * g;
        const mean = memory.m / (1 - Math.pow(0.9, t));
        const variance = memory.v / (1 - Math.pow(0.999, t));
        return rate * mean / (Math.sqrt(variance) + epsilon);
      },
    );
  }
});

Deno.test("rmsProp equals a float64 version of PyTorch's", () => {
  compare(
    rmsPropState(shapes),
    (v, g, learningRate) => rmsProp(v, g, { learningRate, decay: 0.99, epsilon: 1e-5 }),
    (g, rate, _, memory) => {
      memory.v = 0.99 * (memory.v ?? 0) + 0.01 * g * g;
      return rate * g / (Math.sqrt(memory.v) + 1e-5);
    },
  );
});

Deno.test("rmsPropTensorFlow equals a float64 version of TensorFlow's", () => {
  compare(
    rmsPropTensorFlowState(shapes),
    (v, g, learningRate) => rmsPropTensorFlow(v, g, { learningRate, decay: 0.9, epsilon: 1e-2 }),
    (g, rate, _, memory) => {
      memory.v = 0.9 * (memory.v ?? 1) + 0.1 * g * g;
      return rate * g / Math.sqrt(memory.v + 1e-2);
    },
  );
});

/** The values of one parameter that starts at 1 after each of these gradients. */
function path(
  state: (parameters: { p: { shape: number[] } }) => OptimizerState,
  step: (variables: Variables, gradients: { p: tf.Tensor }) => void,
  gradients: number[],
): number[] {
  return withVariables(
    { p: [1] },
    state({ p: { shape: [1] } }),
    (variables) =>
      gradients.map((g) => {
        tf.tidy(() => step(variables, { p: tf.tensor1d([g]) }));
        return read(variables, "p")[0];
      }),
  );
}

function assertPath(actual: number[], expected: number[]) {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], 3e-7, `step ${i + 1}`));
}

Deno.test("sgd takes PyTorch's steps: the learning rate is outside the momentum", () => {
  const rates = [1, 0.5, 0.25];
  let t = 0;
  const step = (v: Variables, g: { p: tf.Tensor }) =>
    sgd(v, g, { learningRate: rates[t++], momentum: 0.5 });
  // b = 1, 1.5, 1.75
  assertPath(path(sgdState, step, [1, 1, 1]), [0, -0.75, -0.75 - 1.75 / 4]);
});

Deno.test("adam takes PyTorch's steps: epsilon is outside the root, after the correction", () => {
  const step = (v: Variables, g: { p: tf.Tensor }) =>
    adam(v, g, { learningRate: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 1 });
  // g = 2: m = 1, c1 = 1/2; v = 1, c2 = 1/4; the step is 1/2 * 2 / (2 + 1) = 1/3.
  // g = 2: m = 3/2, c1 = 3/4; v = 7/4, c2 = 7/16: again mean 2, root 2.
  // g = -7: m = -11/4, c1 = 7/8; v = 217/16, c2 = 37/64; step 1/2 * (-22/7) / (sqrt(868/37) + 1).
  assertPath(path(adamState, step, [2, 2, -7]), [
    2 / 3,
    1 / 3,
    1 / 3 + 11 / 7 / (Math.sqrt(868 / 37) + 1),
  ]);
});

Deno.test("rmsProp has epsilon outside the root, rmsPropTensorFlow inside, starting at 1", () => {
  const options = { learningRate: 0.5, decay: 0.75, epsilon: 0.5 };
  // g = 2: v = 1, then 7/4.
  assertPath(
    path(rmsPropState, (v, g) => rmsProp(v, g, options), [2, 2]),
    [1 - 1 / 1.5, 1 - 1 / 1.5 - 1 / (Math.sqrt(1.75) + 0.5)],
  );
  // g = 2: v = 7/4, then 37/16.
  assertPath(
    path(rmsPropTensorFlowState, (v, g) => rmsPropTensorFlow(v, g, options), [2, 2]),
    [1 - 1 / 1.5, 1 - 1 / 1.5 - 1 / Math.sqrt(37 / 16 + 0.5)],
  );
});

Deno.test("adam's bias correction is exact to float32 from the first step to the last", () => {
  for (const beta of [0, 0.5, 0.9, 0.99, 0.999, 0.9999]) {
    for (const t of [1, 2, 3, 10, 100, 1000, 12345, 1e6, 2 ** 24 - 1]) {
      const moved = withVariables({ p: [0] }, adamState({ p: { shape: [1] } }), (variables) => {
        variables["adam.step"].assign(tf.scalar(t - 1));
        // With these memories the new means are 1 and 1, so that what is left are the corrections.
        variables["adam.mean.p"].assign(tf.tensor1d([1]));
        variables["adam.variance.p"].assign(tf.tensor1d([1]));
        const p = tf.tensor1d([1]);
        adam(variables, { p }, { learningRate: 1, beta1: beta, beta2: beta, epsilon: 0 });
        return -read(variables, "p")[0];
      });
      const correction = 1 - Math.pow(beta, t);
      assertAlmostEquals(moved * Math.sqrt(correction), 1, 5e-7, `beta ${beta}, step ${t}`);
    }
  }
});

Deno.test("adam counts its steps, also beyond what float32 can count", () => {
  withVariables({ p: [1] }, adamState({ p: { shape: [1] } }), (variables) => {
    const step = () => adam(variables, { p: tf.tensor1d([1]) }, { learningRate: 0.1 });
    step();
    step();
    assertEquals(read(variables, "adam.step"), [2]);
    variables["adam.step"].assign(tf.scalar(2 ** 24));
    step();
    assertEquals(read(variables, "adam.step"), [2 ** 24]);
    assert(Number.isFinite(read(variables, "p")[0]));
  });
});

Deno.test("recorded, every parameter goes through the same chain with the same scalars", () => {
  const parameters = { w: { shape: [3, 4] }, b: { shape: [4] }, last: { shape: [2] } };
  const names = Object.keys(parameters);
  const options = { learningRate: 0.01, decay: 0.9, epsilon: 1e-5, momentum: 0.9 };
  for (
    const [state, step] of [
      [sgdState(parameters), sgd],
      [adamState(parameters), adam],
      [rmsPropState(parameters), rmsProp],
      [rmsPropTensorFlowState(parameters), rmsPropTensorFlow],
    ] as const
  ) {
    // The inputs are the gradients.
    const { nodes, updates } = simplify(record({
      inputs: parameters,
      state: { ...parameters, ...state },
      run: (gradients, variables) => step(variables, gradients, options),
    }));
    const chains = names.map((name) => {
      const { operation, inputs } = nodes[updates.get(name)!];
      const scalars = inputs.map((id) => nodes[id].shape.length === 0 ? id : "array");
      return JSON.stringify([operation, scalars]);
    });
    assert(chains[0].includes("elementwise"));
    assertEquals(new Set(chains).size, 1, chains.join("\n"));
  }
});

Deno.test("two optimizers keep apart by name", () => {
  const state = { ...adamState({ w: shapes.w }, "first"), ...adamState({ b: shapes.b }, "second") };
  assertEquals(Object.keys(state), [
    "first.mean.w",
    "first.variance.w",
    "first.step",
    "second.mean.b",
    "second.variance.b",
    "second.step",
  ]);
  withVariables(start, state, (variables) => {
    adam(variables, { w: tf.ones([3]) }, { learningRate: 0.1, name: "first" });
    assertEquals(read(variables, "first.step"), [1]);
    assertEquals(read(variables, "second.step"), [0]);
    assertEquals(read(variables, "b"), start.b.map(Math.fround));
  });
});

Deno.test("an optimizer without its state says what is missing", () => {
  withVariables(start, {}, (variables) => {
    const gradients = { w: tf.ones([3]) };
    const options = { learningRate: 1, decay: 0.9, epsilon: 0.1 };
    for (
      const [run, name] of [
        [() => adam(variables, gradients, options), "adam.step"],
        [() => rmsProp(variables, gradients, options), "rmsProp.square.w"],
        [() => sgd(variables, gradients, { ...options, momentum: 0.9 }), "sgd.step.w"],
        [() => sgd(variables, { v: tf.ones([3]) }, options), "v"],
      ] as const
    ) {
      assertThrows(run, RangeError, `there is no variable "${name}"`);
    }
  });
});

Deno.test("an optimizer leaves no tensors behind", () => {
  withVariables(start, adamState(shapes), (variables) => {
    const gradients = { w: tf.ones([3]), b: tf.ones([2]) };
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) adam(variables, gradients, { learningRate: 0.1 });
    assertEquals(tf.memory().numTensors, before);
  });
});

Deno.test("NaN in a gradient reaches the parameter, and no other element", () => {
  withVariables(start, adamState(shapes), (variables) => {
    adam(variables, { w: tf.tensor1d([1, NaN, 1]) }, { learningRate: 0.1 });
    assertEquals(read(variables, "w").map(Number.isNaN), [false, true, false]);
  });
});

Deno.test("clipping scales by the common norm of all gradients, and only down", () => {
  const gradients = { a: tf.tensor1d([2, 0]), b: tf.tensor2d([[-3], [6]]) };
  const clipped = clipByGlobalNorm(gradients, 3.5);
  assertEquals(clipped.norm.dataSync()[0], 7);
  const factor = 3.5 / (7 + 1e-6);
  assertPath(Array.from(clipped.gradients.a.dataSync()), [2 * factor, 0]);
  assertPath(Array.from(clipped.gradients.b.dataSync()), [-3 * factor, 6 * factor]);
  const kept = clipByGlobalNorm(gradients, 7.1);
  assertEquals(Array.from(kept.gradients.b.dataSync()), [-3, 6]);
  assertEquals(kept.norm.dataSync()[0], 7);
});

Deno.test("clipping does not hide a gradient that is infinite or NaN", () => {
  for (const bad of [Infinity, NaN]) {
    const { gradients, norm } = clipByGlobalNorm({ a: tf.tensor1d([bad, 1]) }, 1);
    assertEquals(norm.dataSync()[0], bad);
    assert(gradients.a.dataSync().every(Number.isNaN));
  }
});

Deno.test("clipping does not hide finite gradients whose squares overflow", () => {
  const { gradients, norm } = clipByGlobalNorm({ a: tf.tensor1d([1e20, 1]), b: tf.scalar(2) }, 1);
  assertEquals(norm.dataSync()[0], Infinity);
  assert(gradients.a.dataSync().every(Number.isNaN));
  assert(Number.isNaN(gradients.b.dataSync()[0]));
});

Deno.test("clipping keeps nothing but its results, and needs a gradient", () => {
  const a = tf.tensor1d([3, 4]);
  const before = tf.memory().numTensors;
  tf.dispose(clipByGlobalNorm({ a }, 1));
  assertEquals(tf.memory().numTensors, before);
  assertThrows(() => clipByGlobalNorm({}, 1), RangeError, "there are no gradients");
});

Deno.test("Polyak averaging moves the target by the rate; rate 1 copies, rate 0 keeps", () => {
  for (
    const [rate, expected] of [[0.25, [0.25, 2.5]], [1, [1, 1 / 3]], [0, [0, 3.25]]] as const
  ) {
    withVariables({ target: [0, 3.25] }, {}, ({ target }) => {
      const source = tf.tensor1d([1, rate === 0.25 ? 0.25 : 1 / 3]);
      polyakAverage([[target, source]], rate);
      assertEquals(Array.from(target.dataSync()), expected.map(Math.fround));
    });
  }
});
