/** QR-DQN: its loss against plain numbers, its gradients and updates against eager TensorFlow.js. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { qrDqn, qrDqnTarget, quantileHuberLoss } from "../../algorithms/qr_dqn.ts";
import { make } from "../../envs/make.ts";
import { batchOf, eagerNetwork, EagerParameters, type Seen, watched } from "./deep_q.ts";
import { learnerOf } from "./learners.ts";
import { scriptedEnvironment } from "./scripted.ts";

const shortCartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

/** Loss of one transition and its derivative by each quantile, from the paper's equations 9 and 10. */
function plain(theta: readonly number[], y: readonly number[]): { loss: number; slope: number[] } {
  const n = theta.length;
  let loss = 0;
  const slope = theta.map((quantile, i) => {
    const tau = (i + 0.5) / n;
    let sum = 0;
    for (const target of y) {
      const u = target - quantile;
      const weight = Math.abs(tau - (u < 0 ? 1 : 0));
      loss += weight * (Math.abs(u) <= 1 ? u * u / 2 : Math.abs(u) - 0.5) / n;
      sum -= weight * Math.max(-1, Math.min(1, u)) / n;
    }
    return sum;
  });
  return { loss, slope };
}

const rowsOf = (n: number) =>
  fc.array(
    fc.record({
      theta: fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: n, maxLength: n }),
      y: fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: n, maxLength: n }),
    }),
    { minLength: 1, maxLength: 4 },
  );

Deno.test("the quantile Huber loss and its gradient are the paper's, number by number", () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 5).chain(rowsOf), (rows) => {
      tf.tidy(() => {
        const theta = tf.tensor2d(rows.map(({ theta }) => theta));
        const y = tf.tensor2d(rows.map(({ y }) => y));
        const losses = quantileHuberLoss(theta, y);
        assertEquals(losses.shape, [rows.length]);
        const gradient = tf.grad((it) => tf.sum(quantileHuberLoss(it as tf.Tensor2D, y)))(theta);
        const [numbers, slopes] = [losses.dataSync(), gradient.dataSync()];
        rows.forEach(({ theta, y }, row) => {
          const { loss, slope } = plain(theta, y);
          assertAlmostEquals(numbers[row], loss, 1e-4);
          slope.forEach((value, i) => {
            assertAlmostEquals(slopes[row * theta.length + i], value, 1e-5);
          });
        });
      });
    }),
  );
});

Deno.test("each target quantile is the reward plus the discounted quantile; none after a termination", () => {
  tf.tidy(() => {
    const y = qrDqnTarget(
      tf.tensor1d([1, 2]),
      tf.tensor1d([0.5, 0]),
      tf.tensor2d([[2, 4, 6], [8, 10, 12]]),
    );
    assertEquals(y.shape, [2, 3]);
    assertEquals([...y.dataSync()], [2, 3, 4, 2, 2, 2]);
  });
});

Deno.test("four updates equal plain numbers with TensorFlow.js's optimizer", () => {
  const N = 3, actions = 2;
  const seen: Seen[] = [];
  const rewardAt = (step: number) => (step % 5 - 2) * 0.9;
  const learner = learnerOf(qrDqn, () => watched(shortCartPole(), seen, rewardAt), {
    quantiles: N,
    target: { rate: 0.4 },
    hidden: [16, 8],
    replay: "none",
    batchSize: 24,
    trainEvery: 24,
    learningStarts: 24,
    discount: 0.9,
    maxGradientNorm: 0.5,
    learningRate: 0.03,
    epsilon: 1,
  });
  learner.train(23);
  const eager = new EagerParameters(learner);
  const { variables } = eager;
  /** Quantiles by row, action, level. */
  const quantiles = (x: tf.Tensor, prefix: string) => {
    const flat = eagerNetwork(x, variables, `${prefix}quantiles`).dataSync();
    return Array.from(
      { length: x.shape[0] },
      (_, row) =>
        Array.from(
          { length: actions },
          (_, a) => [...flat.slice((row * actions + a) * N, (row * actions + a + 1) * N)],
        ),
    );
  };
  for (let k = 1; k <= 4; k++) {
    learner.train(24 * k);
    tf.tidy(() => {
      const transitions = seen.slice(24 * (k - 1));
      const batch = batchOf(transitions);
      const next = quantiles(batch.next, "target.");
      const now = quantiles(batch.observation, "");
      // The loss's derivative by the network's output, by plain numbers; the rest by tfjs.
      const slopes = transitions.map(({ action, reward, terminated }, row) => {
        const means = next[row].map((levels) => levels.reduce((a, b) => a + b) / N);
        const best = next[row][means.indexOf(Math.max(...means))];
        const y = best.map((quantile) => reward + (terminated ? 0 : 0.9 * quantile));
        const { slope } = plain(now[row][action], y);
        return Array.from(
          { length: actions },
          (_, a) => a === action ? slope : new Array<number>(N).fill(0),
        ).flat();
      });
      eager.update(() => {
        const output = eagerNetwork(batch.observation, variables, "quantiles");
        return tf.div(tf.sum(tf.mul(output, tf.tensor2d(slopes))), 24);
      }, { learningRate: 0.03, maxGradientNorm: 0.5 });
      eager.follow(0.4);
    });
    eager.assertEqual(learner, 1e-4);
  }
});

Deno.test("the quantiles of a random reward are learned", () => {
  // One step per episode, with each of these rewards equally often, in whatever order.
  const rewards = Array.from({ length: 10 }, (_, k) => 3 * (k * 7 % 10));
  const steps = rewards.map((reward) => ({ next: 0, reward, end: "terminated" as const }));
  const script = { states: 2, actions: 2, start: 0, steps };
  const learner = learnerOf(qrDqn, () => scriptedEnvironment(script), {
    hidden: [],
    quantiles: 4,
    batchSize: 100,
    learningStarts: 1000,
    trainEvery: 1,
    epsilon: 1,
    learningRate: { from: 0.2, to: 0, steps: 4000 },
    target: "none",
  });
  learner.train(4000);
  const { variables } = new EagerParameters(learner);
  const theta = tf.tidy(
    () => [...eagerNetwork(tf.tensor2d([[1, 0]]), variables, "quantiles").dataSync()],
  );
  for (const levels of [theta.slice(0, 4), theta.slice(4)]) {
    levels.forEach((level, i) => {
      // Huber's loss is least where the pulls, clipped to [-1, 1], are in balance.
      const tau = (i + 0.5) / 4;
      const pull = (at: number) =>
        rewards.reduce((sum, reward) => {
          const u = Math.max(-1, Math.min(1, reward - at));
          return sum + (u < 0 ? 1 - tau : tau) * u;
        }, 0);
      let low = 0, high = 27;
      while (high - low > 1e-6) {
        const middle = (low + high) / 2;
        if (pull(middle) > 0) low = middle;
        else high = middle;
      }
      assert(Math.abs(level - low) < 0.5, `${levels}: ${level}, not ${low}`);
    });
  }
});
