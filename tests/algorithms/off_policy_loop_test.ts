/** What the loops of DDPG, TD3 and SAC have in common: cadence, schedules, and noise that starts anew. */
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { ddpg } from "../../algorithms/ddpg.ts";
import { sac } from "../../algorithms/sac.ts";
import { td3 } from "../../algorithms/td3.ts";
import { Generator } from "../../random/generator.ts";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import { heldBy, learnerOfBoxes } from "./off_policy.ts";

for (const algorithm of [ddpg, td3, sac]) {
  const name = algorithm.title;

  Deno.test(`${name}: so many updates every so many steps, from learningStarts on`, () => {
    const learner = learnerOfBoxes(algorithm, { updates: 3, trainEvery: 4 }, 40);
    const { tensors } = heldBy(learner);
    assertEquals(tensors["criticAdam.step"][0], 3 * 8); // At 12, 16, ... 40.
    assertEquals(tensors["actorAdam.step"][0], algorithm === td3 ? 12 : 24);
  });

  Deno.test(`${name}: both learning rates follow their schedules`, () => {
    for (const [mine, other] of [["actor", "critic"], ["critic", "actor"]]) {
      const rates = { [`${mine}LearningRate`]: { from: 0.01, to: 0, steps: 20 } };
      const learner = learnerOfBoxes(algorithm, rates, 15);
      const weights = () => {
        const { tensors } = heldBy(learner);
        return [mine, other].map((it) => tensors[`${it}.w1`] ?? tensors[`${it}1.w1`]);
      };
      const [early] = weights();
      learner.train(22);
      const [before, otherBefore] = weights();
      learner.train(40);
      const [after, otherAfter] = weights();
      assertNotEquals(before, early);
      assertEquals(after, before);
      assertNotEquals(otherAfter, otherBefore);
    }
  });
}

/** A learner's noise, and its stream of exploration from here on. */
function explorationOf(learner: { save(): unknown }) {
  const saved = learner.save() as { noise: Float64Array; exploration: PCG64State };
  const bits = new PCG64(0);
  bits.state = saved.exploration;
  return { noise: Array.from(saved.noise), random: new Generator(bits) };
}

// The box task's episodes end after the steps 31 (terminated) and 36 (truncated).
for (const end of [31, 36]) {
  for (const algorithm of [ddpg, td3]) {
    Deno.test(`${algorithm.title}: correlated noise starts at 0 after the end at step ${end}`, () => {
      const noise = { type: "ornstein-uhlenbeck", sigma: 0.3 };
      const learner = learnerOfBoxes(algorithm, { noise }, end - 1);
      assertNotEquals(explorationOf(learner).noise, [0, 0]);
      learner.train(end);
      assertEquals(explorationOf(learner).noise, [0, 0]);
    });
  }

  Deno.test(`SAC: correlated noise is drawn anew after the end at step ${end}`, () => {
    const learner = learnerOfBoxes(sac, { noiseCorrelation: 0.9 }, end - 1);
    const { random } = explorationOf(learner);
    for (let i = 0; i < 2; i++) random.standardNormal(); // Those of the last action.
    learner.train(end);
    for (const value of explorationOf(learner).noise) {
      assertAlmostEquals(value, random.standardNormal(), 1e-12);
    }
  });
}
