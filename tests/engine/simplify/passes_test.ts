/** Each simplification: what it makes of the example that its file describes, and what it leaves. */
import { assert, assertEquals, assertFalse, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { GraphBuilder } from "../../../engine/program/builder.ts";
import type { BinaryKind, Graph, Node } from "../../../engine/program/ir.ts";
import { graphListing } from "../../../engine/program/listing.ts";
import { removeAliases } from "../../../engine/simplify/aliases.ts";
import { delayBroadcasts } from "../../../engine/simplify/broadcasts.ts";
import { shareCommon } from "../../../engine/simplify/common.ts";
import { removeDead } from "../../../engine/simplify/dead.ts";
import { fuseElementwise } from "../../../engine/simplify/elementwise.ts";
import { expandConstants, foldConstants } from "../../../engine/simplify/fold.ts";
import { applyIdentities } from "../../../engine/simplify/identities.ts";
import { findLogSoftmax } from "../../../engine/simplify/log_softmax.ts";
import { takeInActivations } from "../../../engine/simplify/products.ts";
import { simplify } from "../../../engine/simplify/simplify.ts";
import { takeInTransposes } from "../../../engine/simplify/transposes.ts";
import { assertSameBits } from "../functions.ts";
import { type Elements, interpret } from "../reference_interpreter.ts";

type Build = GraphBuilder;

/** A graph with the inputs x, y [2, 3], row [3], column [2, 1] and s [], and these outputs. */
function graphOf(
  outputs: (build: Build, inputs: Record<"x" | "y" | "row" | "column" | "s", Node>) => Node[],
): Graph {
  const build = new GraphBuilder();
  const input = (name: string, shape: number[]) =>
    build.add({ op: "input", name }, [], shape, "float32");
  const inputs = {
    x: input("x", [2, 3]),
    y: input("y", [2, 3]),
    row: input("row", [3]),
    column: input("column", [2, 1]),
    s: input("s", []),
  };
  const nodes = outputs(build, inputs);
  return build.graph(new Map(nodes.map((node, i) => [`out${i}`, node])), new Map());
}

const SPECIAL = [0, -0, 1, -1, 0.1, -2.5, NaN, Infinity, -Infinity, 1e-40, -3e38, 7];

/** Values of the inputs, special ones at random places. */
function values(seed: number): Record<string, Elements> {
  const pick = (size: number, offset: number) =>
    Float32Array.from(
      { length: size },
      (_, i) => SPECIAL[(seed + (offset + i) * 7) % SPECIAL.length],
    );
  return { x: pick(6, 0), y: pick(6, 3), row: pick(3, 5), column: pick(2, 1), s: pick(1, 2) };
}

/** The nodes after a pass, without the inputs, as text; the pass must not change a bit. */
function after(graph: Graph, pass: (graph: Graph) => Graph): string[] {
  const result = removeDead(pass(graph));
  for (let seed = 0; seed < 24; seed++) {
    const inputs = values(seed);
    assertSameBits(interpret(result, inputs), interpret(graph, inputs), "after the pass");
  }
  const { nodes } = result;
  return nodes.filter(({ operation }) => operation.op !== "input").map((node) => {
    const { operation, shape } = node;
    const kind = "kind" in operation ? `${operation.op} ${operation.kind}` : operation.op;
    const names = node.inputs.map((id) => {
      const { operation } = nodes[id];
      return operation.op === "input" ? operation.name : String(id - 5);
    });
    return `${kind} ${names.join(" ")} [${shape}]`.replace("  ", " ");
  });
}

const product = { op: "matMul", transposeA: false, bias: false, activation: "none" } as const;

/** x yT, [2, 2] */
const crossed = (build: Build, x: Node, y: Node) =>
  build.add({ ...product, transposeB: true }, [x, y], [2, 2], "float32");

Deno.test("aliases vanish", () => {
  assertEquals(
    after(
      graphOf((build, { x }) => {
        const flat = build.reshape(build.reshape(x, [1, 6]), [6]);
        const cast = build.add({ op: "cast" }, [flat], [6], "float32");
        const there = build.transpose(x, [1, 0]);
        const back = build.transpose(there, [1, 0]);
        const whole = build.add(
          { op: "slice", begin: [0, 0], strides: [1, 1] },
          [back],
          [2, 3],
          "float32",
        );
        const once = build.add({ op: "tile", repetitions: [1, 1] }, [whole], [2, 3], "float32");
        return [cast, build.unary("exp", once)];
      }),
      removeAliases,
    ),
    ["reshape x [6]", "unary exp x [2,3]"],
  );
});

Deno.test("a one-hot row is made as the type it is read as", () => {
  const graph = graphOf((build, { row }) => {
    const indices = build.cast(row, "int32");
    return [
      build.cast(build.add({ op: "oneHot", on: 1, off: 0 }, [indices], [3, 4], "int32"), "float32"),
    ];
  });
  assertEquals(after(graph, removeAliases), ["cast row [3]", "oneHot 0 [3,4]"]);
});

Deno.test("equal things are computed once; -0 and 0, and other types, are not equal", () => {
  assertEquals(
    after(
      graphOf((build, { x, y }) => {
        const tanh = () => build.unary("tanh", x);
        const constant = (value: number) => build.scalar(value);
        return [
          build.binary("multiply", tanh(), tanh()),
          build.binary("multiply", build.unary("tanh", y), constant(0)),
          build.binary("multiply", y, constant(0)),
          build.binary("multiply", y, constant(-0)),
          build.add({ op: "clip", low: 0, high: 1 }, [y], y.shape, "float32"),
          build.add({ op: "clip", low: -0, high: 1 }, [y], y.shape, "float32"),
        ];
      }),
      shareCommon,
    ).length,
    10,
  );
});

Deno.test("what nothing needs goes, declared inputs stay", () => {
  const graph = graphOf((build, { x }) => {
    build.unary("exp", x);
    return [build.unary("tanh", x)];
  });
  assertEquals(after(graph, removeDead), ["unary tanh x [2,3]"]);
  assertEquals(removeDead(graph).nodes.length, 6);
});

Deno.test("small things stay small until they meet large ones", () => {
  assertEquals(
    after(
      graphOf((build, { x, s }) => {
        const ones = build.constant(new Float32Array(6).fill(1), [2, 3]);
        const scaled = build.binary("multiply", build.broadcast(s, [2, 3]), ones);
        return [build.binary("add", x, scaled)];
      }),
      delayBroadcasts,
    ),
    ["constant []", "binary multiply s 0 []", "binary add x 1 [2,3]"],
  );
  const graph = graphOf((build, { x, row }) => {
    const condition = build.binary("greater", x, build.scalar(0));
    return [build.select(condition, build.broadcast(row, [2, 3]), x)];
  });
  assertEquals(after(graph, delayBroadcasts), [
    "constant []",
    "binary greater x 0 [2,3]",
    "broadcast row [2,3]",
    "select 1 2 x [2,3]",
  ]);
});

Deno.test("identities hold for every float32", () => {
  const kept = (kind: BinaryKind, value: number, swapped = false) =>
    after(
      graphOf((build, { x }) => {
        const scalar = build.scalar(value);
        return [swapped ? build.binary(kind, scalar, x) : build.binary(kind, x, scalar)];
      }),
      applyIdentities,
    );
  assertEquals(kept("multiply", 1), []);
  assertEquals(kept("multiply", 1, true), []);
  assertEquals(kept("divide", 1), []);
  assertEquals(kept("subtract", 0), []);
  assertEquals(kept("divide", 8), ["constant []", "binary multiply x 0 [2,3]"]);
  assertEquals(kept("divide", -0.25), ["constant []", "binary multiply x 0 [2,3]"]);
  // These would change bits: -0 + 0 is 0, x * 0 may be NaN, 1 / x and 0 - x are what they are.
  for (
    const [kind, value, swapped] of [
      ["add", 0],
      ["subtract", -0],
      ["subtract", 0, true],
      ["multiply", 0],
      ["multiply", 2],
      ["divide", 1, true],
      ["divide", 3],
      ["divide", 0],
      ["divide", Infinity],
      ["divide", NaN],
      ["divide", 2 ** 127],
      ["divide", 2 ** -127],
    ] as const
  ) {
    const binary = kept(kind, value, swapped).at(-1)!;
    assert(binary.startsWith(`binary ${kind} `), `${kind} ${value}: ${binary}`);
  }
});

Deno.test("dividing by a power of two is multiplying by its inverse, for random bits", () => {
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: -126, max: 126 }),
      (x, k) => {
        bits[0] = x;
        const [value] = float;
        assert(Object.is(Math.fround(value / 2 ** k), Math.fround(value * 2 ** -k)));
      },
    ),
  );
});

Deno.test("reductions over axes of size 1 are reshapes; sums turn -0 into 0", () => {
  const of = (kind: "sum" | "mean" | "max" | "product") =>
    after(graphOf((build, { column }) => [build.reduce(kind, column, [1])]), applyIdentities);
  for (const kind of ["max", "product"] as const) assertEquals(of(kind), ["reshape column [2]"]);
  for (const kind of ["sum", "mean"] as const) {
    assertEquals(of(kind), ["constant []", "binary add column 0 [2,1]", "reshape 1 [2]"]);
  }
  const longer = after(graphOf((build, { x }) => [build.reduce("sum", x, [1])]), applyIdentities);
  assertEquals(longer, ["reduce sum x [2]"]);
});

Deno.test("constants are computed by the given evaluation, all at once, and only they", () => {
  const graph = graphOf((build, { x }) => {
    const log = build.unary("log", build.scalar(0.5));
    const sum = build.binary("add", log, build.scalar(1));
    const large = build.broadcast(build.binary("multiply", sum, log), [2, 3]);
    return [build.binary("multiply", x, sum), build.unary("exp", sum), large];
  });
  const asked: Graph[] = [];
  const evaluate = (part: Graph) => {
    asked.push(part);
    return interpret(part, {}).outputs;
  };
  assertEquals(after(graph, (graph) => foldConstants(graph, evaluate)), [
    "constant []",
    "constant []",
    "broadcast 1 [2,3]",
    "binary multiply x 0 [2,3]",
    "constant []",
  ]);
  assertEquals(asked.length, 1);
  assertEquals(asked[0].nodes.every(({ operation }) => operation.op !== "input"), true);
  const without = graphOf((build, { x }) => [build.unary("exp", x)]);
  assertEquals(foldConstants(without, () => assert(false) as never), without);
});

Deno.test("broadcasts of a constant that are left are written out", () => {
  const graph = graphOf((build, { x }) => {
    const mask = build.constant(Uint8Array.of(1), []);
    return [
      crossed(build, x, build.broadcast(build.scalar(2), [2, 3])),
      build.broadcast(build.scalar(3, "int32"), [2]),
      build.broadcast(mask, [2]),
    ];
  });
  assertEquals(after(graph, expandConstants), [
    "constant [2,3]",
    "matMul x 0 [2,2]",
    "constant [2]",
    "constant [2]",
  ]);
});

Deno.test("matrix products read transposed operands in place", () => {
  const flags = (transposeA: boolean, transposeB: boolean) => {
    const graph = graphOf((build, { x, y }) => {
      const a = build.transpose(transposeA ? x : build.transpose(x, [1, 0]), [1, 0]);
      const b = transposeB ? build.transpose(y, [1, 0]) : y;
      const shape = [a.shape[0], b.shape[1]];
      if (a.shape[1] !== b.shape[0]) return [x];
      return [build.add({ ...product, transposeB: false }, [a, b], shape, "float32")];
    });
    const result = removeDead(takeInTransposes(removeAliases(graph)));
    const operation = result.nodes.at(-1)!.operation;
    for (let seed = 0; seed < 12; seed++) {
      assertSameBits(interpret(result, values(seed)), interpret(graph, values(seed)), "transposed");
    }
    return operation.op === "matMul"
      ? [operation.transposeA, operation.transposeB, result.nodes.length]
      : [];
  };
  assertEquals(flags(false, true), [false, true, 6]);
  assertEquals(flags(true, false), [true, false, 6]);
});

Deno.test("matrix products add their bias and apply their activation, if nobody else reads what lies between", () => {
  const last = (graph: Graph) => {
    const lines = after(graph, takeInActivations);
    const { operation } = removeDead(takeInActivations(graph)).nodes.at(-1)!;
    return operation.op === "matMul" ? [lines.at(-1), operation.bias, operation.activation] : lines;
  };
  const bias = (build: Build, s: Node) => build.broadcast(s, [2]);
  for (const kind of ["relu", "tanh", "sigmoid", "elu"] as const) {
    const graph = graphOf((build, { x, y, s }) => [
      build.unary(kind, build.binary("add", bias(build, s), crossed(build, x, y))),
    ]);
    assertEquals(last(graph), ["matMul x y 0 [2,2]", true, kind]);
  }
  // The gradient of relu reads relu's result.
  const gradient = graphOf((build, { x, y, s }) => {
    const sum = build.binary("add", crossed(build, x, y), bias(build, s));
    return [build.unary("relu", sum), build.unary("step", sum)];
  });
  assertEquals(after(gradient, takeInActivations), [
    "broadcast s [2]",
    "matMul x y 0 [2,2]",
    "unary step 1 [2,2]",
  ]);
  // Not: read twice; not a row; another function.
  const twice = graphOf((build, { x, y }) => {
    const sum = crossed(build, x, y);
    return [build.unary("tanh", sum), sum];
  });
  assertEquals(after(twice, takeInActivations), ["matMul x y [2,2]", "unary tanh 0 [2,2]"]);
  const column = graphOf((
    build,
    { x, y, column },
  ) => [build.binary("add", crossed(build, x, y), column)]);
  assertEquals(after(column, takeInActivations), ["matMul x y [2,2]", "binary add 0 column [2,2]"]);
  const matrix = graphOf((
    build,
    { x, y },
  ) => [build.binary("add", crossed(build, x, y), crossed(build, y, x))]);
  assertEquals(after(matrix, takeInActivations).length, 3);
  const exp = graphOf((build, { x, y }) => [build.unary("exp", crossed(build, x, y))]);
  assertEquals(after(exp, takeInActivations).length, 2);
});

Deno.test("logarithms of softmax are found over the last axis only", () => {
  const written = (axis: number) =>
    graphOf((build, { x }) => {
      const kept = x.shape.with(axis, 1);
      const shifted = build.binary(
        "subtract",
        x,
        build.reshape(build.reduce("max", x, [axis]), kept),
      );
      const sum = build.reshape(build.reduce("sum", build.unary("exp", shifted), [axis]), kept);
      return [build.binary("subtract", shifted, build.unary("log", sum))];
    });
  assertEquals(after(written(1), findLogSoftmax), ["logSoftmax x [2,3]"]);
  assertEquals(after(written(0), findLogSoftmax).length, 8);
});

Deno.test("reductions that broadcast over another axis make no logarithm of softmax", () => {
  const written = (maximum: readonly number[], sum: readonly number[]) =>
    graphOf((build, { x, y }) => {
      const square = build.concat([x, build.slice(y, [0, 0], [1, 3])], 0);
      const largest = build.reshape(build.reduce("max", square, [1]), maximum);
      const shifted = build.binary("subtract", square, largest);
      const total = build.reshape(build.reduce("sum", build.unary("exp", shifted), [1]), sum);
      return [build.binary("subtract", shifted, build.unary("log", total))];
    });
  const isFound = (graph: Graph) =>
    after(graph, findLogSoftmax).some((node) => node.startsWith("logSoftmax"));
  assert(isFound(written([3, 1], [3, 1])));
  for (const [maximum, sum] of [[[3], [3]], [[3, 1], [3]], [[3], [3, 1]], [[1, 3], [1, 3]]]) {
    assert(!isFound(written(maximum, sum)), `${maximum}; ${sum}`);
  }
});

Deno.test("elementwise operations become one chain", () => {
  const graph = graphOf((build, { x, y, row, s }) => {
    const product = build.binary("multiply", build.unary("square", x), s);
    const sum = build.binary("add", build.binary("subtract", y, product), row);
    return [
      build.select(build.binary("greater", sum, build.scalar(0)), sum, build.broadcast(s, [2, 3])),
    ];
  });
  assertEquals(after(graph, fuseElementwise), ["constant []", "elementwise y x s row 0 [2,3]"]);
  const chain = removeDead(fuseElementwise(graph)).nodes.at(-1)!.operation;
  assert(chain.op === "elementwise");
  assertEquals(
    chain.steps.map(({ operation, operands, dtype }) =>
      [("kind" in operation) ? operation.kind : operation.op, ...operands, dtype].join(" ")
    ),
    [
      "square 1 float32",
      "multiply 5 2 float32",
      "subtract 0 6 float32",
      "add 7 3 float32",
      "greater 8 4 bool",
      "select 9 8 2 float32",
    ],
  );
});

Deno.test("a chain ends where something else reads its result", () => {
  const graph = graphOf((build, { x, y }) => {
    const shared = build.binary("multiply", x, y);
    return [build.unary("exp", build.unary("negate", shared)), build.reduce("sum", shared, [0])];
  });
  assertEquals(after(graph, fuseElementwise), [
    "binary multiply x y [2,3]",
    "elementwise 0 [2,3]",
    "reduce sum 0 [3]",
  ]);
});

Deno.test("what costs less than storing is computed in each chain", () => {
  const graph = graphOf((build, { x, y, s }) => {
    const step = build.unary("step", x);
    return [
      build.unary("exp", build.binary("multiply", y, step)),
      build.unary("tanh", build.binary("add", step, s)),
    ];
  });
  assertEquals(after(graph, fuseElementwise), ["elementwise y x [2,3]", "elementwise x s [2,3]"]);
});

Deno.test("reshapes inside a chain vanish, columns are broadcast before it", () => {
  const reshaped = graphOf((build, { x, row }) => {
    const sum = build.unary("tanh", build.binary("add", x, row));
    return [build.unary("exp", build.reshape(sum, [6]))];
  });
  assertEquals(after(reshaped, fuseElementwise), ["elementwise x row [2,3]", "reshape 0 [6]"]);
  const column = graphOf((build, { x, column }) => [
    build.unary("exp", build.binary("subtract", x, column)),
  ]);
  assertEquals(after(column, fuseElementwise), ["broadcast column [2,3]", "elementwise x 0 [2,3]"]);
  const single = graphOf((build, { x, column }) => [build.binary("subtract", x, column)]);
  assertEquals(after(single, fuseElementwise), ["binary subtract x column [2,3]"]);
});

Deno.test("the same expression gives the same steps, whatever came before", () => {
  const chains = simplify(graphOf((build, { x, y, s }) => {
    const one = build.binary("subtract", x, build.binary("multiply", s, build.unary("sqrt", y)));
    const root = build.unary("sqrt", x);
    const two = build.binary("subtract", y, build.binary("multiply", s, root));
    return [one, two];
  })).nodes.filter(({ operation }) => operation.op === "elementwise");
  assertEquals(chains.length, 2);
  assertEquals(JSON.stringify(chains[0].operation), JSON.stringify(chains[1].operation));
});

Deno.test("chains have bounded lengths and numbers of inputs", () => {
  const graph = graphOf((build, { x, y }) => {
    let sum = x;
    for (let i = 0; i < 100; i++) {
      sum = build.binary("add", build.binary("multiply", sum, y), build.scalar(i + 2));
    }
    return [sum];
  });
  const chains = simplify(graph).nodes.filter(({ operation }) => operation.op === "elementwise");
  let total = 0;
  for (const { operation, inputs } of chains) {
    assert(operation.op === "elementwise");
    total += operation.steps.length;
    assertLessOrEqual(operation.steps.length, 32);
    assertLessOrEqual(inputs.length, 16);
  }
  assertEquals(total, 200);
  assertLessOrEqual(chains.length, 20);
});

Deno.test("states that change places, and outputs that are inputs, stay what they are", () => {
  const build = new GraphBuilder();
  const [a, b] = ["a", "b"].map((name) => build.add({ op: "state", name }, [], [2], "float32"));
  const aliased = build.reshape(build.reshape(a, [1, 2]), [2]);
  const graph = simplify(build.graph(new Map([["old", a]]), new Map([["a", b], ["b", aliased]])));
  const { outputs, updates } = interpret(graph, {}, {
    a: Float32Array.of(1, 2),
    b: Float32Array.of(3, 4),
  });
  assertEquals([...outputs.get("old")!], [1, 2]);
  assertEquals([...updates.get("a")!], [3, 4]);
  assertEquals([...updates.get("b")!], [1, 2]);
});

Deno.test("with every pass left out the graph is as it was", () => {
  const graph = graphOf((
    build,
    { x },
  ) => [build.reshape(build.reshape(build.unary("exp", x), [6]), [3, 2])]);
  const off = {
    ...{
      aliases: false,
      broadcasts: false,
      identities: false,
      fold: false,
      common: false,
      dead: false,
    },
    ...{
      logSoftmax: false,
      transposes: false,
      activations: false,
      elementwise: false,
      expand: false,
    },
  };
  assertEquals(graphListing(simplify(graph, { passes: off })), graphListing(graph));
  assertFalse(graphListing(simplify(graph)) === graphListing(graph));
});
