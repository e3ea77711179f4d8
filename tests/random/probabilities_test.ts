/** The choice of an index by a uniform number, at the edges that draws hardly ever meet. */
import { assertEquals } from "@std/assert";
import { indexAbove, sumOfProbabilities } from "../../random/probabilities.ts";

Deno.test("a draw on the edge between two choices takes the upper one", () => {
  assertEquals(indexAbove([0.5, 0.5], 1, 0.5), 1);
  assertEquals(indexAbove([0.25, 0.25, 0.5], 1, 0.25), 1);
});

Deno.test("a draw of 0 takes no impossible choice", () => {
  assertEquals(indexAbove([0, 0, 0.5, 0.5], 1, 0), 2);
});

Deno.test("the largest draw finds a choice where the probabilities sum to a little less than 1", () => {
  const probabilities = Array<number>(10).fill(0.1);
  const sum = sumOfProbabilities(10, probabilities);
  assertEquals(sum, 0.9999999999999999);
  assertEquals(indexAbove(probabilities, sum, 1 - 2 ** -53), 9);
});

Deno.test("a sum off by rounding is accepted", () => {
  assertEquals(sumOfProbabilities(2, [0.5, 0.5 + 1e-8]), 1.00000001);
});
