/** What recording refuses, in which words, and that it leaves TensorFlow.js as it found it. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { DType } from "../../../engine/program/ir.ts";
import { record } from "../../../engine/record/record.ts";
import { interpret } from "../reference_interpreter.ts";

const inputs = { x: { shape: [2, 3] }, n: { shape: [2], dtype: "int32" } } as const;
const state = { w: { shape: [3, 2] }, count: { shape: [], dtype: "int32" } } as const;

type Run = Parameters<typeof record<keyof typeof inputs, keyof typeof state>>[0]["run"];

/** What TensorFlow.js holds: it must be the same after recording as before. */
function surroundings() {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return {
    backend: tf.getBackend(),
    backends: Object.keys(tf.engine().registryFactory),
    kernels: tf.getKernelsForBackend("seedbed-record").length,
    variables: Object.keys(tf.engine().registeredVariables),
    scopes: tf.engine().state.scopeStack.length,
    depth: tf.engine().state.gradientDepth,
    memory: [numTensors, numDataBuffers, numBytes],
  };
}

/** Records, with a check of the surroundings. */
function recorded(run: Run) {
  void tf.setBackend("cpu");
  const before = surroundings();
  try {
    return record({ inputs, state, run });
  } finally {
    assertEquals(surroundings(), before);
  }
}

/** The message of the error; it must be one line. */
function messageOf(run: Run): string {
  const { message } = assertThrows(() => recorded(run));
  assert(!message.includes("\n"), message);
  return message;
}

Deno.test("the graph lists inputs and state, whether used or not", () => {
  const { nodes, outputs, updates } = recorded(() => {});
  assertEquals(nodes.map(({ operation, shape, dtype }) => ({ ...operation, shape, dtype })), [
    { op: "input", name: "x", shape: [2, 3], dtype: "float32" },
    { op: "input", name: "n", shape: [2], dtype: "int32" },
    { op: "state", name: "w", shape: [3, 2], dtype: "float32" },
    { op: "state", name: "count", shape: [], dtype: "int32" },
  ]);
  assertEquals([outputs.size, updates.size], [0, 0]);
});

Deno.test("recording twice gives the same graph", () => {
  const run: Run = ({ x }, { w }) => ({
    y: tf.variableGrads(() => tf.sum(tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor)))).value,
  });
  assertEquals(recorded(run), recorded(run));
});

Deno.test("reading a value names the operation that made it", () => {
  assertEquals(
    messageOf(({ x }) => ({ y: tf.mul(x, tf.mean(x).dataSync()[0]) })),
    "cannot read the result of Mean (float32 []) while recording (data, array, print, ...): " +
      "return it as an output, or use tf.where in place of a branch",
  );
  assertStringIncludes(
    messageOf(({ x }) => {
      x.arraySync();
    }),
    'the input "x" (float32 [2, 3])',
  );
  assertStringIncludes(
    messageOf((_, { w }) => {
      w.print();
    }),
    'the state "w" (float32 [3, 2])',
  );
  assertStringIncludes(
    messageOf(({ x }) => {
      try {
        tf.exp(x).bufferSync();
      } catch {
        // swallowed: reported all the same
      }
    }),
    "the result of Exp",
  );
  assertStringIncludes(
    messageOf(
      (async ({ x }: { x: tf.Tensor }) => {
        return { y: tf.scalar((await tf.max(x).data())[0]) };
      }) as unknown as Run,
    ),
    "the result of Max",
  );
  assertStringIncludes(
    messageOf(({ x }) => {
      void tf.sqrt(x).array(); // a promise that nobody awaits
    }),
    "the result of Sqrt",
  );
});

Deno.test("constants can be read", () => {
  const graph = recorded(({ x }) => {
    const table = tf.tensor1d([1, 2, 3]);
    return { y: tf.mul(x, table.dataSync()[2]) };
  });
  const y = interpret(graph, { x: Float32Array.of(1, 2, 3, 4, 5, 6) }).outputs.get("y");
  assertEquals(y, Float32Array.of(3, 6, 9, 12, 15, 18));
});

Deno.test("random operations are refused by name", () => {
  const random: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    dropout: (x) => tf.dropout(x, 0.5, undefined, 7),
    multinomial: (x) => tf.multinomial(x as tf.Tensor2D, 2),
    rand: () => tf.rand([2], () => 0.5),
    randomGamma: () => tf.randomGamma([2], 1),
    randomNormal: () => tf.randomNormal([2], 0, 1, "float32", 7),
    randomStandardNormal: () => tf.randomStandardNormal([2]),
    randomUniform: () => tf.randomUniform([2], 0, 1),
    randomUniformInt: () => tf.randomUniformInt([2], 0, 9),
    truncatedNormal: () => tf.truncatedNormal([2]),
  };
  for (const [name, operation] of Object.entries(random)) {
    assertEquals(
      messageOf(({ x }) => ({ y: operation(x) })),
      `cannot record the random operation tf.${name}: draw it outside and pass it as an input`,
    );
  }
  recorded(({ x }) => ({ y: tf.dropout(x, 0) })); // draws nothing
});

Deno.test("operations that the engine does not have are listed, all of them, with counts", () => {
  assertEquals(
    messageOf(({ x }) => ({
      y: tf.addN([tf.erf(x), tf.atan(x), tf.erf(tf.cumsum(x, 1)), tf.erf(x)]),
      z: tf.leakyRelu(x),
    })),
    "cannot record these operations: Atan (1x), Cumsum (1x), Erf (3x)",
  );
  recorded(({ x }) => {
    tf.erf(x); // nothing depends on it
  });
  assertStringIncludes(
    messageOf(() => ({
      y: tf.conv2d(
        tf.ones([1, 9, 9, 1]) as tf.Tensor4D,
        tf.ones([3, 3, 1, 1]),
        1,
        "same",
        "NHWC",
        2,
      ),
    })),
    "Conv2D with dilations (1x)",
  );
});

Deno.test("what a type cannot hold is refused", () => {
  assertEquals(
    messageOf(({ x, n }) => ({
      a: tf.oneHot(n, 3, 0.9, 0.1),
      b: tf.concat([tf.reshape(tf.greater(x, 0), [-1]), tf.reshape(x, [-1])]),
    })),
    "cannot record these operations: Concat of bool and float32 (1x), " +
      "OneHot of int32 with 0.9 and 0.1: give the dtype float32 (1x)",
  );
});

Deno.test("reductions of int32 are refused, unless they count", () => {
  assertEquals(
    messageOf(({ n }) => ({ a: tf.sum(n), b: tf.prod(n), c: tf.max(tf.neg(n)), d: tf.min(n, 0) })),
    "cannot record these operations: " +
      ["Max", "Min", "Prod", "Sum"].map((kernel) =>
        `${kernel} of int32: cast to float32 first (1x)`
      ).join(", "),
  );
  recorded(({ n }) => ({
    a: tf.mean(n),
    b: tf.sum(tf.equal(n, n)),
    c: tf.sum(tf.oneHot(n, 3), 0),
  }));
});

Deno.test("what comes of the example values does not matter, indices included", () => {
  const graph = recorded(({ n }) => {
    const before = tf.sub(n, tf.scalar(1, "int32")) as tf.Tensor1D; // -1 from the example value 0
    const table = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const rows = tf.gather(table, before);
    const places = tf.expandDims(before, 1);
    return {
      rows,
      same: tf.gatherND(table, places),
      spread: tf.scatterND(places as tf.Tensor2D, rows, [2, 2]),
    };
  });
  const { outputs } = interpret(graph, { n: Int32Array.of(2, 1) });
  assertEquals(outputs.get("rows"), Float32Array.of(3, 4, 1, 2));
  assertEquals(outputs.get("same"), Float32Array.of(3, 4, 1, 2));
  assertEquals(outputs.get("spread"), Float32Array.of(1, 2, 3, 4));
});

Deno.test("outputs are tensors", () => {
  const returning = (value: unknown) => messageOf((() => value) as unknown as Run);
  assertEquals(
    returning(tf.version_core),
    "run must return its outputs as a record of tensors, not a value of type string",
  );
  assertEquals(returning({ y: 3 }), 'output "y" must be a tf.Tensor, not a value of type number');
  assertEquals(returning({ y: [] }), 'output "y" must be a tf.Tensor, not an array');
  assertEquals(
    messageOf((({ x }: { x: tf.Tensor }) => x) as unknown as Run),
    "run must return its outputs as a record of tensors, not a tensor",
  );
  assertEquals(
    messageOf(({ x }) => {
      const y = tf.exp(x);
      y.dispose();
      return { y };
    }),
    'output "y" was disposed',
  );
  assertEquals(
    messageOf((() => Promise.resolve({})) as unknown as Run),
    "cannot record an asynchronous function: run must return its outputs at once",
  );
});

Deno.test("an output may be a constant, an input, or a state before or after its update", () => {
  const { outputs, updates, nodes } = recorded(({ x }, { count }) => {
    const before = tf.clone(count);
    count.assign(tf.add(count, tf.scalar(1, "int32")));
    return { constant: tf.ones([2]), x, before, after: count };
  });
  const made = (name: string) => nodes[outputs.get(name)!].operation.op;
  assertEquals(["constant", "x", "before", "after"].map(made), [
    "constant",
    "input",
    "state",
    "binary",
  ]);
  assertEquals(outputs.get("after"), updates.get("count"));
});

Deno.test("state keeps its shape and type", () => {
  const assigning = (value: () => tf.Tensor) =>
    messageOf((_, { w }) => {
      w.assign(value());
    });
  assertEquals(
    assigning(() => tf.zeros([2, 3])),
    'state "w" is float32 [3, 2], but the new value is float32 [2, 3]',
  );
  assertEquals(
    assigning(() => tf.zeros([3, 2], "int32")),
    'state "w" is float32 [3, 2], but the new value is int32 [3, 2]',
  );
  assertEquals(
    assigning(() => 3 as unknown as tf.Tensor),
    'state "w": assign a tf.Tensor, not a value of type number',
  );
  assertEquals(
    messageOf((_, { w }) => {
      w.dispose();
    }),
    'the state "w" was disposed',
  );
});

Deno.test("only declared state is assigned to or made", () => {
  void tf.setBackend("cpu");
  const own = tf.variable(tf.tensor1d([1, 2]), true, "own");
  const assigned = messageOf(({ n }) => {
    own.assign(tf.cast(n as tf.Tensor1D, "float32"));
  });
  assertEquals(assigned, 'cannot assign to the variable "own": it is not state');
  assertEquals(own.dataSync(), Float32Array.of(1, 2));
  own.assign(tf.tensor1d([3, 4]));
  assertEquals(own.dataSync(), Float32Array.of(3, 4));

  assertEquals(
    messageOf(({ x }) => {
      tf.variable(tf.exp(x), true, "fresh");
    }),
    'the variable "fresh" was made while recording: declare it as state',
  );
  assertEquals(
    messageOf(() => {
      tf.variable(own);
    }),
    "cannot make a variable while recording: declare it as state",
  );
  // All trainable variables are those of the state, and a state may have the name of another variable.
  const graph = record({
    inputs: {},
    state: { own: { shape: [2] } },
    run: (_, s) => tf.variableGrads(() => tf.sum(tf.square(s.own))).grads,
  });
  assertEquals([...graph.outputs.keys()], ["own"]);
  assertEquals(own.dataSync(), Float32Array.of(3, 4));
  own.dispose();
});

Deno.test("tensors of other backends are constants and stay where they are", () => {
  void tf.setBackend("cpu");
  const outside = tf.tensor1d([1, 2]);
  const graph = recorded(({ n }, { w }) => {
    w.assign(tf.tensor([1, 2, 3, 4, 5, 6], [3, 2]));
    return {
      sum: tf.add(outside, tf.cast(n, "float32")),
      itself: outside,
      copy: tf.clone(outside),
    };
  });
  assertEquals(outside.dataSync(), Float32Array.of(1, 2));
  const { outputs, updates } = interpret(graph, { n: Int32Array.of(10, 20) });
  assertEquals(outputs.get("sum"), Float32Array.of(11, 22));
  assertEquals(outputs.get("itself"), Float32Array.of(1, 2));
  assertEquals(outputs.get("copy"), Float32Array.of(1, 2));
  assertEquals(updates.get("w"), Float32Array.of(1, 2, 3, 4, 5, 6));
  const { nodes, updates: moved } = recorded((_, { w }) => {
    const other = tf.tidy(() => tf.mul(w, 2));
    w.assign(other);
    other.dispose();
  });
  assertEquals(nodes[moved.get("w")!].operation.op, "binary");
  outside.dispose();
});

Deno.test("an error of the function itself comes through, from inside gradients too", () => {
  const own = new TypeError("mine");
  const throwing: Run[] = [
    () => {
      throw own;
    },
    () => {
      tf.engine().startScope();
      tf.engine().startScope();
      throw own;
    },
    ({ x }) => {
      tf.grad((x) => {
        tf.tanh(x);
        throw own;
      })(x);
    },
    ({ x }) => {
      tf.tidy(() => {
        tf.exp(x);
        throw own;
      });
    },
  ];
  for (const run of throwing) {
    const scopes = tf.engine().state.scopeStack.length;
    assertEquals(assertThrows(() => recorded(run)), own);
    assertEquals(tf.engine().state.scopeStack.length, scopes);
    recorded(() => {});
  }
});

Deno.test("recording inside recording, and what has no place in a graph, is refused", () => {
  assertThrows(
    () =>
      tf.tidy(() =>
        tf.grad((x) => {
          recorded(() => {});
          return x;
        })(tf.scalar(1))
      ),
    Error,
    "cannot record inside a gradient",
  );
  assertEquals(
    messageOf(() => {
      record({ inputs: {}, state: {}, run: () => {} });
    }),
    "cannot record inside a recorded function",
  );
  assertEquals(
    messageOf(({ x }) => ({ y: tf.real(tf.complex(x, x)) })),
    "cannot record a tensor of dtype complex64 [2, 3]: there are float32, int32 and bool",
  );
  assertEquals(
    messageOf(() => ({ y: tf.tensor1d(["a"]) })),
    "cannot record a tensor of dtype string [1]: there are float32, int32 and bool",
  );
  assertEquals(
    messageOf(({ x }) => ({ y: tf.exp(tf.reshape(x, [1, 1, 1, 1, 1, 2, 3] as never)) })),
    "cannot record these operations: Exp of rank 7 (1x), Reshape of rank 7 (1x)",
  );
  const declared = (shape: number[], dtype?: string) =>
    assertThrows(() =>
      record({ inputs: { x: { shape, dtype: dtype as DType } }, state: {}, run() {} })
    ).message;
  assertEquals(declared([2, 0]), 'input "x": the shape [2, 0] is not at most 6 positive integers');
  assertEquals(declared([2.5]), 'input "x": the shape [2.5] is not at most 6 positive integers');
  assertEquals(
    declared([2], "complex64"),
    'input "x": there is no dtype complex64; use float32, int32 or bool',
  );
});

Deno.test("what is kept beyond recording cannot be read", async () => {
  let kept!: tf.Tensor;
  void tf.setBackend("cpu");
  record({ inputs, state, run: ({ x }) => void (kept = tf.keep(tf.exp(x))) });
  assertThrows(() => kept.dataSync(), Error, "the result of Exp");
  await assertRejects(() => kept.data(), Error, "the result of Exp");
  kept.dispose();
});
