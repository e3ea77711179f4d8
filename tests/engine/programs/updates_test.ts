/** Updates of states, done alike to many of them: planning them changes no bit. */
import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../../engine/compile.ts";
import { State } from "../../../engine/state.ts";
import { checkUpdates } from "./check_updates.ts";

Deno.test("random updates, planned with and without each of the engine's parts", () => {
  checkUpdates(300);
});

Deno.test("a sweep reads its operands where updates in place have put them", () => {
  const tensor = { shape: [4], values: 1 };
  const state = new State({ p0: tensor, p1: tensor, m0: tensor, m1: tensor });
  const program = compile({
    state,
    inputs: {},
    run(_, { p0, p1, m0, m1 }) {
      const [n0, n1] = [tf.tanh(m0), tf.exp(m1)];
      const late = tf.softmax(tf.add(m1, n1));
      m0.assign(n0);
      m1.assign(n1);
      p0.assign(tf.add(p0, n0));
      p1.assign(tf.add(p1, n1));
      return { late };
    },
  });
  program.run({});
  const [n0, n1] = [state.get("m0")[0], state.get("m1")[0]];
  assertEquals(state.get("p0")[3], Math.fround(1 + n0));
  assertEquals(state.get("p1")[3], Math.fround(1 + n1));
  assertEquals(n1.toFixed(3), "2.718");
});

Deno.test("a scalar that a sweep computes is read after the sweep", () => {
  const state = new State({
    a: { shape: [8], values: 1 },
    b: { shape: [], values: 1 },
    p: { shape: [8], values: 1 },
    q: { shape: [], values: 1 },
  });
  const program = compile({
    state,
    inputs: {},
    run(_, { a, b, p, q }) {
      const [halfA, halfB] = [tf.mul(a, 0.5), tf.mul(b, 0.5)];
      a.assign(halfA);
      b.assign(halfB);
      p.assign(tf.add(p, halfB));
      q.assign(tf.add(q, halfB));
    },
  });
  program.run({});
  assertEquals([state.get("p")[7], state.get("q")[0]], [1.5, 1.5]);
});
