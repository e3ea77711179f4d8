/** What a network sees of observations of each kind of space. */
import { assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { observationEncoder } from "../../../algorithms/common/observation_encoder.ts";
import { compile } from "../../../engine/mod.ts";
import type { Observation } from "../../../envs/environment.ts";
import { Box } from "../../../envs/spaces/box.ts";
import { Discrete } from "../../../envs/spaces/discrete.ts";
import type { Space } from "../../../envs/spaces/space.ts";
import { TupleSpace } from "../../../envs/spaces/tuple.ts";

/** What the network sees, row by row. */
function encoded(space: Space, observations: readonly Observation[]): number[][] {
  const encoder = observationEncoder(space);
  const array = encoder.array(observations.length);
  observations.forEach((observation, i) => encoder.store(observation, array, i));
  const program = compile({
    inputs: { observation: encoder.spec(observations.length) },
    run: ({ observation }) => ({ features: encoder.encode(observation) }),
  });
  program.run({ observation: array });
  const features = Array.from(program.output("features"));
  assertEquals(features.length, observations.length * encoder.features);
  return observations.map((_, i) =>
    features.slice(i * encoder.features, (i + 1) * encoder.features)
  );
}

Deno.test("a vector is seen as it is, an array row by row", () => {
  assertEquals(encoded(new Box(-9, 9, [2]), [Float32Array.of(1, 2), Float32Array.of(-3, 4)]), [
    [1, 2],
    [-3, 4],
  ]);
  assertEquals(encoded(new Box(-9, 9, [2, 3]), [Float32Array.of(1, 2, 3, 4, 5, 6)]), [
    [1, 2, 3, 4, 5, 6],
  ]);
});

Deno.test("an integer is seen as a one-hot vector, counted from the space's start", () => {
  assertEquals(encoded(new Discrete(3), [2, 0]), [[0, 0, 1], [1, 0, 0]]);
  assertEquals(encoded(new Discrete(3, -1), [-1, 1]), [[1, 0, 0], [0, 0, 1]]);
  assertEquals(encoded(new Discrete(1, 4), [4, 4]), [[1], [1]]);
});

Deno.test("a tuple is seen as one one-hot vector behind the other", () => {
  const member = fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    start: fc.integer({ min: -3, max: 9 }),
  });
  const members = fc.array(member, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(members, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (members, draws) => {
      const space = new TupleSpace(members.map(({ n, start }) => new Discrete(n, start)));
      const values = members.map(({ n, start }, i) => start + draws[i] % n);
      const expected = members.flatMap(({ n, start }, i) =>
        Array.from({ length: n }, (_, k) => values[i] === start + k ? 1 : 0)
      );
      assertEquals(encoded(space, [Int32Array.from(values)]), [expected]);
    }),
    { numRuns: 30 },
  );
});

Deno.test("an encoder says which observations are one-hot, and how large they are", () => {
  const facts = (space: Space) => {
    const { size, features, oneHot, modelInput } = observationEncoder(space);
    return { size, features, oneHot, shape: modelInput.shape };
  };
  assertEquals(facts(new Box(-1, 1, [2, 3])), {
    size: 6,
    features: 6,
    oneHot: false,
    shape: ["N", 2, 3],
  });
  assertEquals(facts(new Discrete(7)), { size: 1, features: 7, oneHot: true, shape: ["N"] });
  assertEquals(facts(new TupleSpace([new Discrete(3), new Discrete(4)])), {
    size: 2,
    features: 7,
    oneHot: true,
    shape: ["N", 2],
  });
});

Deno.test("other spaces are refused by name", () => {
  assertThrows(() => observationEncoder(new Box(0, 9, [2], "int32")), RangeError, "Box of int32");
  assertThrows(
    () => observationEncoder(new TupleSpace([new Discrete(2), new Box(0, 1, [2])])),
    RangeError,
    "not Tuple",
  );
});
