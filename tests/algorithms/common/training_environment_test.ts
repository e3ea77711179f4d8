import { assertEquals, assertNotEquals } from "@std/assert";
import { streamsOf } from "../../../algorithms/common/streams.ts";
import { TrainingEnvironment } from "../../../algorithms/common/training_environment.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../data/snapshot.ts";
import type { Observation } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import { defaultGenerator } from "../../../random/generator.ts";

const cases = [
  () => make("CartPole-v1", { maxEpisodeSteps: 12 }),
  () => make("FrozenLake-v1", { maxEpisodeSteps: 5 }),
  () => make("Blackjack-v1"),
];

const copy = (it: Observation) => typeof it === "number" ? it : it.slice();

for (const makeEnvironment of cases) {
  const { id } = makeEnvironment();

  Deno.test(`${id}: observations are those of the plain loop, the last one of an episode included`, () => {
    const task = new TrainingEnvironment({ makeEnvironment, config: {}, streams: streamsOf(3) });
    const plain = makeEnvironment();
    const seed = streamsOf(3).environment.integers(0, 4294967296);
    let observation = copy(plain.reset({ seed }).observation);
    const random = defaultGenerator(0);
    let truncations = 0, terminations = 0;
    for (let t = 0; t < 300; t++) {
      const action = random.integers(0, 2);
      const before = copy(task.observation);
      assertEquals(before, observation);
      const step = task.step(action);
      const { observation: next, ...rest } = plain.step(action);
      assertEquals({ ...step, observation: copy(step.observation) }, {
        ...rest,
        observation: copy(next),
      });
      assertEquals(task.observation, before); // S holds until `advance`.
      task.advance();
      observation = copy(rest.terminated || rest.truncated ? plain.reset().observation : next);
      truncations += Number(rest.truncated);
      terminations += Number(rest.terminated);
    }
    assertNotEquals(terminations, 0);
    if (id !== "Blackjack-v1") assertNotEquals(truncations, 0);
  });

  Deno.test(`${id}: a restored task goes on bit for bit`, () => {
    const task = new TrainingEnvironment({ makeEnvironment, config: {}, streams: streamsOf(3) });
    const go = (it: TrainingEnvironment, steps: number) => {
      const seen: Observation[] = [];
      for (let t = 0; t < steps; t++) {
        it.step(t % 2);
        it.advance();
        seen.push(copy(it.observation));
      }
      return seen;
    };
    go(task, 33);
    const saved = task.save();
    const bytes = encodeSnapshot(saved);
    const expected = go(task, 100);
    assertEquals(encodeSnapshot(saved), bytes);
    const other = new TrainingEnvironment({ makeEnvironment, config: {}, streams: streamsOf(4) });
    go(other, 5);
    other.restore(decodeSnapshot(bytes));
    assertEquals(go(other, 100), expected);
  });
}
