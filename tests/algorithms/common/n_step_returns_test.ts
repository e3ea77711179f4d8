import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { NStepReturns } from "../../../algorithms/common/n_step_returns.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import type { Observation } from "../../../envs/environment.ts";

/** What the memory is given. */
interface Kept {
  observation: Observation;
  action: number;
  reward: number;
  discount: number;
  next: Observation;
}

type End = "terminated" | "truncated" | null;

const steps = fc.array(
  fc.record({
    action: fc.nat(3),
    reward: fc.integer({ min: -5, max: 5 }),
    end: fc.constantFrom<End>(null, null, null, null, "terminated", "truncated"),
  }),
  { maxLength: 40 },
);

/** The window's transitions of a walk through states 0, 1, 2, ...; after an end comes 100, 200, ... */
function walk(
  n: number,
  discount: number,
  script: readonly { action: number; reward: number; end: End }[],
  { vectors, restoreAt }: { vectors: boolean; restoreAt: number },
): { kept: Kept[]; from: number[]; to: number[]; episode: number[] } {
  const kept: Kept[] = [];
  const memory = {
    add(observation: Observation, action: number | Float32Array, ...rest: unknown[]) {
      const [reward, discount, next] = rest as [number, number, Observation];
      const copy = (it: Observation) => typeof it === "number" ? it : it[0];
      kept.push({
        observation: copy(observation),
        action: action as number,
        reward,
        discount,
        next: copy(next),
      });
      return 0;
    },
  };
  let window = new NStepReturns({ n, discount, memory });
  const one = new Float32Array(1), other = new Float32Array(1);
  const as = (array: Float32Array, value: number) => {
    array[0] = value;
    return vectors ? array : value;
  };
  const from: number[] = [], to: number[] = [], episode: number[] = [];
  let state = 0, episodes = 0;
  script.forEach(({ action, reward, end }, i) => {
    if (i === restoreAt) {
      const saved = decodeSnapshot(encodeSnapshot(window.save()));
      window = new NStepReturns({ n, discount, memory });
      window.restore(saved);
      assertEquals(encodeSnapshot(window.save()), encodeSnapshot(saved));
    }
    from.push(state);
    to.push(state + 1);
    episode.push(episodes);
    window.add(as(one, state), action, {
      observation: as(other, state + 1),
      reward,
      terminated: end === "terminated",
      truncated: end === "truncated",
      info: {},
    });
    one.fill(-1); // The arrays are the environment's: it writes over them.
    other.fill(-1);
    state++;
    if (end !== null) state = 100 * ++episodes;
  });
  return { kept, from, to, episode };
}

Deno.test("n-step transitions are those that looking n steps ahead gives, ends and restores included", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      steps,
      fc.boolean(),
      fc.nat(40),
      (n, discount, script, vectors, restoreAt) => {
        const { kept, from, to, episode } = walk(n, discount, script, { vectors, restoreAt });
        const expected: (Kept & { completeAt: number })[] = [];
        script.forEach(({ action }, t) => {
          let reward = 0;
          for (let k = 0; k < n && t + k < script.length; k++) {
            reward += discount ** k * script[t + k].reward;
            const { end } = script[t + k];
            if (end === null && k < n - 1) continue;
            expected.push({
              observation: from[t],
              action,
              reward,
              discount: end === "terminated" ? 0 : discount ** (k + 1),
              next: to[t + k],
              completeAt: t + k,
            });
            assertStrictEquals(episode[t + k], episode[t]);
            return;
          }
        });
        assertEquals(kept.length, expected.length);
        kept.forEach((transition, i) => {
          const { observation, action, next, reward, discount } = expected[i];
          assertEquals(
            [transition.observation, transition.action, transition.next],
            [observation, action, next],
          );
          assertAlmostEquals(transition.reward, reward, 1e-9);
          assertAlmostEquals(transition.discount, discount, 1e-9);
        });
      },
    ),
  );
});

Deno.test("at a truncation the shorter returns go on with the last observation's value", () => {
  const script = [
    { action: 0, reward: 1, end: null },
    { action: 1, reward: 2, end: null },
    { action: 2, reward: 4, end: "truncated" as const },
  ];
  const options = { vectors: true, restoreAt: 99 };
  assertEquals(walk(5, 0.5, script, options).kept, [
    { observation: 0, action: 0, reward: 1 + 1 + 1, discount: 0.125, next: 3 },
    { observation: 1, action: 1, reward: 2 + 2, discount: 0.25, next: 3 },
    { observation: 2, action: 2, reward: 4, discount: 0.5, next: 3 },
  ]);
  const [first, , last] = script;
  const terminated = [first, script[1], { ...last, end: "terminated" as const }];
  assertEquals(
    walk(5, 0.5, terminated, options).kept.map(({ discount }) => discount),
    [0, 0, 0],
  );
});

Deno.test("a snapshot of the window does not change when the window goes on", () => {
  const memory = { add: () => 0 };
  const window = new NStepReturns({ n: 3, discount: 1, memory });
  const step = { reward: 1, terminated: false, truncated: false, info: {} };
  const observation = Float32Array.of(1);
  window.add(observation, 0, { ...step, observation });
  const saved = window.save();
  const bytes = encodeSnapshot(saved);
  for (let i = 0; i < 5; i++) window.add(Float32Array.of(7), 1, { ...step, observation });
  assertEquals(encodeSnapshot(saved), bytes);
  window.restore(saved);
  for (let i = 0; i < 5; i++) window.add(Float32Array.of(7), 1, { ...step, observation });
  assertEquals(encodeSnapshot(saved), bytes);
});
