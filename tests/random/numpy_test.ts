/** SeedSequence, PCG64 and Generator against NumPy 2.4.6: every number and state in rng.json. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { defaultGenerator, Generator } from "../../random/generator.ts";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import { SeedSequence } from "../../random/seed_sequence.ts";
import { loadGolden } from "../golden/golden.ts";
import { type RecordedCall, replay } from "./golden_ops.ts";

const golden = await loadGolden("rng");

/** A seed as a number where it fits, so that both ways in are tested. */
function seedOf(text: string): number | bigint {
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

// deno-lint-ignore no-explicit-any -- a recorded state
function assertState(actual: PCG64State, expected: any, message: string): void {
  const { state, inc, hasUint32, uinteger } = actual;
  const recorded = { state: `${state}`, inc: `${inc}`, has_uint32: Number(hasUint32), uinteger };
  assertEquals(recorded, expected, message);
}

function assertSequence(sequence: SeedSequence, expected: string[], message: string): void {
  assertEquals([...sequence.generateState64(4)].map(String), expected, message);
}

function assertOutput(actual: unknown, call: RecordedCall, message: string): void {
  if (call.op !== "standard_gamma") return assertEquals(actual, call.out, message);
  // NumPy takes logarithms and powers of the C library, ours are portable: 1 ulp apart at times.
  (call.out as number[]).forEach((value, i) =>
    assertAlmostEquals((actual as number[])[i], value, 1e-15 * value, message)
  );
}

for (const recorded of golden.seeds) {
  const seed = seedOf(recorded.seed);

  Deno.test(`SeedSequence(${seed}) mixes, generates and spawns as NumPy`, () => {
    const expected = recorded.seed_sequence;
    const sequence = new SeedSequence(seed);
    assertEquals([...sequence.pool].map(String), expected.pool);
    assertSequence(sequence, expected.generate_state_4_uint64, "64-bit words");
    assertEquals([...sequence.generateState(8)].map(String), expected.generate_state_8_uint32);
    // Two calls, so that the numbering of children goes on.
    const children = [...sequence.spawn(1), ...sequence.spawn(2)];
    assertEquals(children.map((child) => child.spawnKey), [[0], [1], [2]]);
    children.forEach((child, i) =>
      assertSequence(child, expected.spawn_3[i].generate_state_4_uint64, `child ${i}`)
    );
    children[1].spawn(2).forEach((child, i) => {
      const grandchild = expected.grandchildren_of_child_1[i];
      assertEquals([...child.spawnKey], grandchild.spawn_key);
      assertSequence(child, grandchild.generate_state_4_uint64, `grandchild ${i}`);
    });
    const generator = new Generator(new PCG64(children[0]));
    assertEquals(recorded.child_0_random.map(() => generator.random()), recorded.child_0_random);
  });

  Deno.test(`every recorded call on a new generator of seed ${seed} gives NumPy's numbers and state`, () => {
    assertState(
      defaultGenerator(seed).bits.state,
      recorded.generator_state_after_seeding,
      "seeding",
    );
    for (const call of recorded.fresh) {
      const label = `${call.op} ${JSON.stringify(call.args)}`;
      const generator = defaultGenerator(seed);
      assertOutput(replay(generator, call), call, label);
      const { state, hasUint32 } = generator.bits.state;
      const after = { state_after: `${state}`, has_uint32_after: Number(hasUint32) };
      const { state_after, has_uint32_after } = call;
      assertEquals(after, { state_after, has_uint32_after }, label);
    }
  });

  Deno.test(`mixed calls on one generator of seed ${seed} give NumPy's numbers and state`, () => {
    for (const program of recorded.interleaved) {
      const generator = defaultGenerator(seed);
      program.ops.forEach((call: RecordedCall, i: number) =>
        assertOutput(replay(generator, call), call, `call ${i}: ${call.op}`)
      );
      assertState(generator.bits.state, program.state_after, "after the program");
    }
  });

  Deno.test(`20,000 draws of seed ${seed} end where NumPy's end`, () => {
    const draws = (recording: { count: number }, draw: (generator: Generator) => number) => {
      const generator = defaultGenerator(seed);
      const values = Array.from({ length: recording.count }, () => draw(generator));
      return { generator, values };
    };
    const normal = recorded.long_standard_normal;
    const { generator, values } = draws(normal, (g) => g.standardNormal());
    assertEquals(values.slice(-5), normal.last5);
    assertEquals(Math.min(...values), normal.min);
    assertEquals(Math.max(...values), normal.max);
    assertEquals(
      values.filter((x) => Math.abs(x) > 3.654152885361009).length,
      normal.n_abs_gt_3_654,
    );
    assertState(generator.bits.state, normal.state_after, "normal");

    const exponential = recorded.long_standard_exponential;
    const exponentials = draws(exponential, (g) => g.standardExponential());
    assertEquals(exponentials.values.slice(-5), exponential.last5);
    assertEquals(Math.max(...exponentials.values), exponential.max);
    assertState(exponentials.generator.bits.state, exponential.state_after, "exponential");

    const integers = recorded.long_integers_3e9;
    const whole = draws(integers, (g) => g.integers(0, 3e9));
    assertEquals(whole.values.slice(-5).map(String), integers.last5);
    assertState(whole.generator.bits.state, integers.state_after, "integers");
  });
}

Deno.test("SeedSequence of a list of numbers is NumPy's", () => {
  assert(golden.seed_sequence_from_lists.length > 0);
  for (const { entropy, generate_state_4_uint64 } of golden.seed_sequence_from_lists) {
    assertSequence(new SeedSequence(entropy.map(seedOf)), generate_state_4_uint64, String(entropy));
  }
});
