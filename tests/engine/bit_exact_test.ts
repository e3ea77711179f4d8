/**
 * Bit-exactness: what 2,000 updates make of a network is one constant, whatever the machine. Every part of
 * the engine and of the generators takes part; another rounding anywhere gives another constant.
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { WEIGHTS_HASH, weightsHash } from "./bit_exact_workload.ts";

Deno.test("2,000 updates of a tanh network give the published bits", async () => {
  assertEquals(await weightsHash(), WEIGHTS_HASH);
});

Deno.test("the hash is of what was learnt", async () => {
  assertNotEquals(await weightsHash(10), await weightsHash(11));
});
