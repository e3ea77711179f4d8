/** The conjugate gradient method against elimination. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { conjugateGradient, dot } from "../../../algorithms/common/conjugate_gradient.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import { solve } from "../solve.ts";

/** A positive definite matrix, B B^T + I, and a vector. */
function problem(size: number, seed: number) {
  const random = defaultGenerator(seed);
  const normal = () => Array.from({ length: size }, () => random.standardNormal());
  const rows = Array.from({ length: size }, normal);
  const matrix = rows.map((a, i) => rows.map((b, j) => dot(a, b) + (i === j ? 1 : 0)));
  return {
    matrix,
    b: normal(),
    product: (v: ArrayLike<number>) => matrix.map((row) => dot(row, v)),
  };
}

Deno.test("as many steps as unknowns solve the equations", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (size, seed) => {
    const { matrix, b, product } = problem(size, seed);
    const x = conjugateGradient(product, b, { steps: 2 * size, tolerance: 1e-12 });
    solve(matrix, b).forEach((expected, i) => assertAlmostEquals(x[i], expected, 1e-7));
  }));
});

Deno.test("the error shrinks in the matrix's norm with every step, and few products are asked for", () => {
  const { matrix, b, product } = problem(20, 3);
  const exact = solve(matrix, b);
  let before = Infinity;
  for (let steps = 0; steps <= 15; steps++) {
    let products = 0;
    const counted = (v: ArrayLike<number>) => (products++, product(v));
    const x = conjugateGradient(counted, b, { steps, tolerance: 0 });
    assertEquals(products, steps);
    const error = exact.map((value, i) => value - x[i]);
    const norm = Math.sqrt(dot(error, product(error)));
    assert(norm < before, `${norm} after ${steps} steps, ${before} before`);
    before = norm;
  }
});

Deno.test("it ends when the residual is small enough, at once without a right-hand side", () => {
  const { b, product } = problem(20, 4);
  const x = conjugateGradient(product, b, { steps: 1000, tolerance: 1e-3 });
  const residual = product(x).map((value, i) => b[i] - value);
  const ratio = Math.sqrt(dot(residual, residual) / dot(b, b));
  assert(ratio <= 1e-3 && ratio > 1e-8, `${ratio}`);
  const never = () => {
    throw new Error("no product is needed");
  };
  assertEquals(conjugateGradient(never, [0, 0], { steps: 9, tolerance: 0 }), new Float64Array(2));
});

Deno.test("the product's array may be used again and again", () => {
  const { b, product } = problem(6, 5);
  const shared = new Float64Array(6);
  const reusing = (v: ArrayLike<number>) => (shared.set(product(v)), shared);
  const options = { steps: 4, tolerance: 0 };
  assertEquals(conjugateGradient(reusing, b, options), conjugateGradient(product, b, options));
});
