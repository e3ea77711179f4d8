/** Double DQN: its target, and its updates against eager TensorFlow.js. */
import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { doubleDqn, doubleDqnTarget } from "../../algorithms/double_dqn.ts";
import { dqn } from "../../algorithms/dqn.ts";
import { make } from "../../envs/make.ts";
import {
  batchOf,
  chosen,
  eagerNetwork,
  EagerParameters,
  type Seen,
  tensorsOf,
  watched,
} from "./deep_q.ts";
import { learnerOf } from "./learners.ts";

const shortCartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });

Deno.test("the network that learns chooses the next action, the target network says its value", () => {
  const row = fc.record({
    reward: fc.integer({ min: -3, max: 3 }),
    discount: fc.constantFrom(0, 0.5, 1),
    online: values,
    target: values,
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      tf.tidy(() => {
        const y = doubleDqnTarget(
          tf.tensor1d(rows.map(({ reward }) => reward)),
          tf.tensor1d(rows.map(({ discount }) => discount)),
          tf.tensor2d(rows.map(({ online }) => online)),
          tf.tensor2d(rows.map(({ target }) => target)),
        );
        assertEquals(y.shape, [rows.length]);
        const numbers = y.dataSync();
        rows.forEach(({ reward, discount, online, target }, i) => {
          const best = online.indexOf(Math.max(...online));
          assertAlmostEquals(numbers[i], reward + discount * target[best], 1e-6);
        });
      });
    }),
  );
});

Deno.test("four updates equal eager TensorFlow.js", () => {
  const seen: Seen[] = [];
  const rewardAt = (step: number) => (step % 5 - 2) * 0.9;
  const learner = learnerOf(doubleDqn, () => watched(make("Acrobot-v1"), seen, rewardAt), {
    target: { every: 72 },
    hidden: [16, 8],
    replay: "none",
    batchSize: 24,
    trainEvery: 24,
    learningStarts: 24,
    discount: 0.9,
    maxGradientNorm: 1,
    learningRate: 0.05, // Large, so that the two networks soon disagree.
    epsilon: 1,
  });
  learner.train(23);
  const eager = new EagerParameters(learner);
  const { variables } = eager;
  let disagreements = 0;
  for (let k = 1; k <= 4; k++) {
    learner.train(24 * k);
    tf.tidy(() => {
      const batch = batchOf(seen.slice(24 * (k - 1)));
      const choice = tf.argMax(eagerNetwork(batch.next, variables, "q"), 1) as tf.Tensor1D;
      const judged = eagerNetwork(batch.next, variables, "target.q");
      const other = tf.argMax(judged, 1).dataSync();
      disagreements += choice.dataSync().filter((action, i) => action !== other[i]).length;
      const y = tf.add(
        batch.reward,
        tf.mul(0.9, tf.mul(batch.goesOn, chosen(judged, choice))),
      );
      eager.update(() => {
        const values = eagerNetwork(batch.observation, variables, "q");
        return tf.losses.huberLoss(y, chosen(values, batch.action)) as tf.Scalar;
      }, { learningRate: 0.05, maxGradientNorm: 1 });
      if (24 * k % 72 === 0) eager.follow(1);
    });
    eager.assertEqual(learner, 1e-4);
  }
  assertGreater(disagreements, 5);
});

Deno.test("without a target network, Double DQN is DQN", () => {
  const config = { target: "none", hidden: [8], learningStarts: 20, batchSize: 8 };
  const learners = [dqn, doubleDqn].map((algorithm) => learnerOf(algorithm, shortCartPole, config));
  for (const learner of learners) learner.train(300);
  const [plain, double] = learners.map(tensorsOf);
  for (const name of Object.keys(plain)) assertEquals(double[name].data, plain[name].data, name);
});
