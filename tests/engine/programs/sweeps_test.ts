/** The steps of an optimizer over all parameters become single calls, written in place. */
import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../../engine/compile.ts";
import { adam, adamState } from "../../../engine/optimizers.ts";
import { State } from "../../../engine/state.ts";

const parameters = {
  w1: { shape: [3, 5], values: 0.1 },
  b1: { shape: [5] },
  w2: { shape: [5, 1], values: -0.2 },
  b2: { shape: [1] },
};

Deno.test("Adam over four parameters is one call", () => {
  const state = new State({ ...parameters, ...adamState(parameters) });
  const names = Object.keys(parameters) as (keyof typeof parameters)[];
  const program = compile({
    state,
    inputs: { x: { shape: [7, 3] } },
    run({ x }, s) {
      const { grads } = tf.variableGrads(() => {
        const hidden = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, s.w1 as tf.Tensor2D), s.b1));
        const y = tf.add(tf.matMul(hidden as tf.Tensor2D, s.w2 as tf.Tensor2D), s.b2);
        return tf.mean(tf.square(y)) as tf.Scalar;
      }, names.map((name) => s[name]));
      adam(s, grads, { learningRate: 1e-3 });
    },
  });
  const sweeps = program.calls.filter(({ kernel, nodes }) =>
    kernel === "loop" && nodes.length === 3 * names.length
  );
  assertEquals(sweeps.length, 1);
  assertEquals(program.calls.filter(({ kernel }) => kernel === "copyBytes").length, 0);
});

const three = () =>
  new State({
    a: { shape: [20], values: 1 },
    b: { shape: [20], values: 2 },
    c: { shape: [20], values: 3 },
  });

Deno.test("a sweep over states that reads their neighbours reads the old values", () => {
  for (const up of [true, false]) {
    const state = three();
    const program = compile({
      state,
      inputs: {},
      run(_, { a, b, c }) {
        const [x, y, z] = up ? [a, b, c] : [c, b, a];
        const [newY, newZ] = [tf.add(x, 10), tf.add(y, 10)];
        y.assign(newY);
        z.assign(newZ);
      },
    });
    program.run({});
    const [a, b, c] = ["a", "b", "c"].map((name) => [...new Set(state.get(name as "a"))]);
    assertEquals([a, b, c], up ? [[1], [11], [12]] : [[12], [13], [3]]);
  }
});

Deno.test("a sweep is not written in place if one of the old values is needed later", () => {
  const state = three();
  const program = compile({
    state,
    inputs: {},
    run(_, { a, b, c }) {
      const old = tf.clone(b);
      for (const one of [a, b, c]) one.assign(tf.mul(one, 2));
      return { y: tf.mul(tf.sum(tf.mul(c, 1)), old) };
    },
  });
  program.run({});
  assertEquals([...new Set(program.output("y"))], [6 * 20 * 2]);
  assertEquals(["a", "b", "c"].map((name) => state.get(name as "a")[19]), [2, 4, 6]);
});

Deno.test("what differs in the sign of a zero or of infinity is not swept over as one", () => {
  const state = new State({
    a: { shape: [4], values: -0.5 },
    b: { shape: [4], values: -0.5 },
    c: { shape: [4], values: 0.5 },
    d: { shape: [4], values: 0.5 },
  });
  const program = compile({
    state,
    inputs: {},
    run(_, { a, b, c, d }) {
      a.assign(tf.clipByValue(a, 0, 1));
      b.assign(tf.clipByValue(b, -0, 1));
      c.assign(tf.pow(c, Infinity));
      d.assign(tf.pow(d, -Infinity));
    },
  });
  program.run({});
  const first = ["a", "b", "c", "d"].map((name) => state.get(name as "a")[0]);
  assertEquals(first, [0, -0, 0, Infinity]);
});
