/** Programs: inputs and their errors, outputs, updates of states, States shared by several programs. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../../engine/compile.ts";
import { State } from "../../../engine/state.ts";

Deno.test("a program computes its outputs from its inputs, again and again", () => {
  const program = compile({
    inputs: { x: { shape: [2, 2] }, scale: { shape: [] }, unused: { shape: [3] } },
    run: ({ x, scale }) => ({ scaled: tf.mul(x, scale), sum: tf.sum(x) }),
  });
  const unused = new Float32Array(3);
  program.run({ x: Float32Array.of(1, 2, 3, 4), scale: 10, unused });
  assertEquals(program.output("scaled").slice(), Float32Array.of(10, 20, 30, 40));
  assertEquals(program.output("sum").slice(), Float32Array.of(10));
  program.run({ x: Float32Array.of(5, 6, 7, 8), scale: Float32Array.of(-1), unused });
  assertEquals(program.output("scaled").slice(), Float32Array.of(-5, -6, -7, -8));
  assertEquals(program.outputSpec("scaled"), { shape: [2, 2], dtype: "float32" });
});

Deno.test("inputs that do not fit are refused in one line, and nothing is computed", () => {
  const state = new State({ runs: { shape: [] } });
  const program = compile({
    state,
    inputs: {
      x: { shape: [2, 2] },
      n: { shape: [], dtype: "int32" },
      mask: { shape: [2], dtype: "bool" },
    },
    run({ x, n, mask }, { runs }) {
      runs.assign(tf.add(runs, 1));
      return { y: tf.sum(x), m: tf.add(n, 1), k: tf.logicalNot(mask) };
    },
  });
  const x = new Float32Array(4), n = 1, mask = new Uint8Array(2);
  const refused = (inputs: object, message: string) => {
    const error = assertThrows(() => program.run(inputs as { x: number; n: number; mask: number }));
    assertEquals(error.message, message);
  };
  refused({ x, n }, 'input "mask" is missing');
  refused({ x, n, mask, z: 1 }, 'no input is named "z"; there are: x, n, mask');
  const xIs = 'input "x" is float32 [2, 2]: give Float32Array of length 4, not ';
  refused({ x: new Float32Array(3), n, mask }, `${xIs}Float32Array of length 3`);
  refused({ x: new Float64Array(4), n, mask }, `${xIs}Float64Array of length 4`);
  refused({ x: new Int32Array(4), n, mask }, `${xIs}Int32Array of length 4`);
  refused({ x: [1, 2, 3, 4], n, mask }, `${xIs}Array of length 4`);
  refused({ x: 1, n, mask }, `${xIs}the number 1`);
  refused({ x: null, n, mask }, `${xIs}null`);
  const nIs = 'input "n" is int32 []: give a number or Int32Array of length 1, not ';
  refused({ x, n: 0.5, mask }, `${nIs}the number 0.5`);
  refused({ x, n: 2 ** 31, mask }, `${nIs}the number 2147483648`);
  refused({ x, n: NaN, mask }, `${nIs}the number NaN`);
  refused(
    { x, n, mask: Uint8Array.of(0, 2) },
    'input "mask" is bool [2]: give Uint8Array of length 2, not the number 2 at 1',
  );
  assertEquals(state.get("runs"), Float32Array.of(0));
  program.run({ x, n, mask });
  assertEquals(state.get("runs"), Float32Array.of(1));
  assertThrows(
    () => program.output("z" as "y"),
    Error,
    'no output is named "z"; there are: y, m, k',
  );
});

Deno.test("states are updated from their old values, exchanged and rotated", () => {
  const state = new State({
    a: { shape: [5], values: 1 },
    b: { shape: [5], values: 2 },
    c: { shape: [5], values: 3 },
    kept: { shape: [5], values: 4 },
  });
  const program = compile({
    state,
    inputs: {},
    run(_, { a, b, c, kept }) {
      const [oldA, oldB, oldC] = [a, b, c].map((it) => tf.clone(it));
      a.assign(oldB);
      b.assign(oldC);
      c.assign(oldA);
      kept.assign(tf.clone(kept));
      return { old: oldA, sum: tf.add(oldA, oldB), kept };
    },
  });
  const all = () => state.names.map((name) => state.get(name)[4]);
  program.run({});
  assertEquals(all(), [2, 3, 1, 4]);
  assertEquals(program.output("old").slice(), new Float32Array(5).fill(1));
  assertEquals(program.output("sum").slice(), new Float32Array(5).fill(3));
  assertEquals(program.output("kept").slice(), new Float32Array(5).fill(4));
  program.run({});
  assertEquals(all(), [3, 1, 2, 4]);
  program.run({});
  assertEquals(all(), [1, 2, 3, 4]);
});

Deno.test("a state may become an input, a constant, or what another state becomes", () => {
  const state = new State({
    a: { shape: [3] },
    b: { shape: [3] },
    c: { shape: [3] },
    d: { shape: [3] },
  });
  const program = compile({
    state,
    inputs: { x: { shape: [3] } },
    run({ x }, { a, b, c, d }) {
      a.assign(x);
      b.assign(tf.tensor1d([7, 8, 9]));
      const doubled = tf.add(tf.add(c, x), x);
      c.assign(doubled);
      d.assign(doubled);
      return { x };
    },
  });
  program.run({ x: Float32Array.of(1, 2, 3) });
  assertEquals(state.get("a"), Float32Array.of(1, 2, 3));
  assertEquals(state.get("b"), Float32Array.of(7, 8, 9));
  assertEquals(state.get("c"), Float32Array.of(2, 4, 6));
  assertEquals(state.get("d"), Float32Array.of(2, 4, 6));
  assertEquals(program.output("x").slice(), Float32Array.of(1, 2, 3));
});

Deno.test("an old value that is still needed is not written over", () => {
  const state = new State({ w: { shape: [2, 2], values: [1, 2, 3, 4] } });
  const program = compile({
    state,
    inputs: { x: { shape: [2, 2] } },
    run({ x }, { w }) {
      const old = tf.clone(w) as tf.Tensor2D;
      w.assign(tf.add(old, x));
      return { late: tf.matMul(tf.square(w) as tf.Tensor2D, old), old };
    },
  });
  program.run({ x: Float32Array.of(1, 1, 1, 1) });
  // [[4, 9], [16, 25]] [[1, 2], [3, 4]]
  assertEquals(program.output("late").slice(), Float32Array.of(31, 44, 91, 132));
  assertEquals(program.output("old").slice(), Float32Array.of(1, 2, 3, 4));
  assertEquals(state.get("w"), Float32Array.of(2, 3, 4, 5));
});

Deno.test("programs share a State, also those compiled after others have run", () => {
  const state = new State({ w: { shape: [300, 300], values: 0.5 } });
  const count = compile({
    state,
    inputs: { by: { shape: [] } },
    run: ({ by }, { w }) => {
      w.assign(tf.add(w, by));
      return { first: tf.slice(tf.reshape(w, [90_000]), [0], [1]) };
    },
  });
  count.run({ by: 1 });
  // Compiling this one makes the memory grow, which detaches the views of the first.
  const read = compile({
    state,
    inputs: { x: { shape: [500, 300] } },
    run: ({ x }, { w }) => ({ y: tf.sum(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)) }),
  });
  const x = new Float32Array(150_000);
  x[0] = 1;
  read.run({ x });
  assertEquals(read.output("y")[0], 450);
  count.run({ by: 0.5 });
  assertEquals(count.output("first")[0], 2);
  state.set("w", 0);
  read.run({ x });
  assertEquals(read.output("y")[0], 0);
  state.set("w", 2);
  count.run({ by: 0.25 });
  assertEquals(count.output("first")[0], 2.25);
});

Deno.test("finite tells whether outputs and changed states are", () => {
  const state = new State({ w: { shape: [20] }, same: { shape: [], values: NaN } });
  const program = compile({
    state,
    inputs: { x: { shape: [20] } },
    run({ x }, { w, same }) {
      w.assign(tf.sqrt(x));
      return { y: tf.square(tf.add(x, tf.mul(0, tf.cast(tf.isNaN(same), "float32")))) };
    },
  });
  const x = new Float32Array(20).fill(1);
  const finiteWith = (value: number, at: number) => {
    program.run({ x: x.with(at, value) });
    return program.finite();
  };
  for (const at of [0, 7, 18, 19]) {
    assertEquals(finiteWith(2, at), true);
    assertEquals(finiteWith(NaN, at), false);
    assertEquals(finiteWith(Infinity, at), false);
    assertEquals(finiteWith(-1, at), false, "the root");
    assertEquals(finiteWith(1e30, at), false, "the square");
  }
});

Deno.test("a State's memory is its own", () => {
  const [one, two] = [1, 2].map((values) => {
    const state = new State({ w: { shape: [4], values } });
    const run = (_: unknown, { w }: { w: tf.Variable }) => w.assign(tf.square(tf.add(w, 1)));
    return { state, program: compile({ state, inputs: {}, run }) };
  });
  one.program.run({});
  assertEquals(two.state.get("w"), new Float32Array(4).fill(2));
  two.program.run({});
  assertNotEquals(one.state.get("w"), two.state.get("w"));
});

Deno.test("a run that is refused changes no output", () => {
  const program = compile({
    inputs: { x: { shape: [4] }, toString: { shape: [] } },
    run: ({ x, toString }) => ({ y: tf.add(x, toString), x }),
  });
  const x = Float32Array.of(1, 2, 3, 4);
  program.run({ x, toString: 1 });
  const other = new Float32Array(4).fill(9);
  for (
    const inputs of [{ x: other }, { x: other, toString: new Float32Array(2) }, {
      x: other,
      toString: 1,
      z: 1,
    }]
  ) {
    assertThrows(() => program.run(inputs as unknown as { x: Float32Array; toString: number }));
    assertEquals(program.output("y").slice(), Float32Array.of(2, 3, 4, 5));
    assertEquals(program.output("x").slice(), x);
  }
  const missing = { x } as unknown as { x: Float32Array; toString: number };
  assertThrows(() => program.run(missing), Error, 'input "toString" is missing');
});

Deno.test("outputs can be given back as inputs, also those of another program of the State", () => {
  const state = new State({});
  const parts = {
    state,
    inputs: { a: { shape: [64] }, b: { shape: [64] } },
    run: ({ a, b }: Record<"a" | "b", tf.Tensor>) => ({ x: tf.add(a, 1), y: tf.mul(b, 2) }),
  };
  const [first, second] = [compile(parts), compile(parts)];
  for (const program of [first, second]) {
    first.run({ a: new Float32Array(64).fill(1), b: new Float32Array(64).fill(10) });
    program.run({ a: first.output("y") as Float32Array, b: first.output("x") as Float32Array });
    assertEquals(program.output("x").slice(), new Float32Array(64).fill(21));
    assertEquals(program.output("y").slice(), new Float32Array(64).fill(4));
  }
});

Deno.test("an output that is a state's new value is a copy of it", () => {
  const state = new State({ w: { shape: [3], values: 1 } });
  const program = compile({
    state,
    inputs: {},
    run(_, { w }) {
      const n = tf.add(w, 1);
      w.assign(n);
      return { n };
    },
  });
  program.run({});
  state.set("w", 99);
  assertEquals(program.output("n").slice(), Float32Array.of(2, 2, 2));
});

Deno.test("tensors without elements are refused by the number of their node", () => {
  const state = new State({ a: { shape: [4], values: 7 } });
  assertThrows(
    () =>
      compile({
        state,
        inputs: { x: { shape: [4] } },
        run: ({ x }, { a }) => ({
          y: tf.mul(tf.slice(a, [0], [0]), tf.slice(x, [0], [0])),
          z: tf.sub(x, a),
        }),
      }),
    Error,
    "(slice) has the shape [0]: no tensor may be without elements",
  );
});
