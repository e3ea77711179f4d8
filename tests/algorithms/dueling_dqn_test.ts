/** Dueling DQN: how value and advantages are put together, gradients, and whole updates. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { duelingDqn, duelingNetwork, duelingValues } from "../../algorithms/dueling_dqn.ts";
import { make } from "../../envs/make.ts";
import { defaultGenerator } from "../../random/generator.ts";
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

const whole = fc.integer({ min: -100, max: 100 });

Deno.test("Q = V + A - mean A, the mean taken over the actions of each sample", () => {
  const rows = fc.array(
    fc.record({ value: whole, advantages: fc.array(whole, { minLength: 4, maxLength: 4 }) }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(rows, (rows) => {
      tf.tidy(() => {
        const q = duelingValues(
          tf.tensor2d(rows.map(({ value }) => [value])),
          tf.tensor2d(rows.map(({ advantages }) => advantages)),
        );
        assertEquals(q.shape, [rows.length, 4]);
        // Whole numbers and a mean of 4 of them: every float32 here is exact.
        rows.forEach(({ value, advantages }, i) => {
          const mean = advantages.reduce((a, b) => a + b) / 4;
          const row = [...q.dataSync()].slice(4 * i, 4 * i + 4);
          assertEquals(row, advantages.map((advantage) => value + advantage - mean));
          assertEquals(row.reduce((a, b) => a + b) / 4, value); // V is the mean of Q.
        });
      });
    }),
  );
});

Deno.test("the heads get the gradients of the definition, the trunk those times 1 / sqrt 2 if asked", () => {
  const gradients = (scaleTrunkGradients: boolean) => {
    const { parameters, apply } = duelingNetwork({
      config: { hidden: [6, 5], streams: [4], scaleTrunkGradients },
      features: 3,
      actions: 2,
      random: defaultGenerator(1),
    });
    const names = Object.keys(parameters);
    return tf.tidy(() => {
      const variables = Object.fromEntries(names.map((name) => {
        const { shape, values } = parameters[name];
        const label = `${name} ${scaleTrunkGradients}`;
        return [name, tf.variable(tf.tensor(values as Float32Array, [...shape]), true, label)];
      }));
      const x = tf.tensor2d([[0.5, -1, 2], [1, 0.3, -0.7], [-2, 1, 0.4]]);
      const loss = (q: tf.Tensor) => tf.mean(tf.square(tf.sub(q, 1))) as tf.Scalar;
      const of = (run: () => tf.Scalar) => {
        const { grads } = tf.variableGrads(run, names.map((name) => variables[name]));
        const byVariable = names.map((name) => [...grads[variables[name].name].dataSync()]);
        return byVariable;
      };
      const own = of(() => loss(apply(x, variables)));
      const definition = of(() => {
        const shared = tf.relu(eagerNetwork(x, variables, "trunk"));
        const v = eagerNetwork(shared, variables, "value");
        const a = eagerNetwork(shared, variables, "advantage");
        return loss(tf.add(v, tf.sub(a, tf.div(tf.sum(a, 1, true), 2))));
      });
      const result = names.map((name, i) => ({ name, own: own[i], definition: definition[i] }));
      for (const variable of Object.values(variables)) variable.dispose();
      return result as unknown as tf.TensorContainer;
    }) as unknown as { name: string; own: number[]; definition: number[] }[];
  };
  for (const scaled of [true, false]) {
    for (const { name, own, definition } of gradients(scaled)) {
      const factor = scaled && name.startsWith("trunk.") ? Math.SQRT1_2 : 1;
      own.forEach((gradient, i) => {
        assertAlmostEquals(gradient, factor * definition[i], 1e-6, `${name}[${i}]`);
      });
    }
  }
});

for (const double of [true, false]) {
  for (const target of [{ every: 48 }, "none"] as const) {
    const what = `${double ? "double" : "single"} target, target network ${JSON.stringify(target)}`;
    Deno.test(`four updates equal eager TensorFlow.js: ${what}`, () => {
      const seen: Seen[] = [];
      const rewardAt = (step: number) => (step % 5 - 2) * 0.9;
      const learner = learnerOf(duelingDqn, () => watched(shortCartPole(), seen, rewardAt), {
        double,
        target,
        scaleTrunkGradients: false,
        hidden: [16],
        streams: [8],
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
      const network = (x: tf.Tensor, prefix: string) => {
        const shared = tf.relu(eagerNetwork(x, variables, `${prefix}trunk`));
        const v = eagerNetwork(shared, variables, `${prefix}value`);
        const a = eagerNetwork(shared, variables, `${prefix}advantage`);
        return tf.add(v, tf.sub(a, tf.div(tf.sum(a, 1, true), 2))) as tf.Tensor2D;
      };
      for (let k = 1; k <= 4; k++) {
        learner.train(24 * k);
        tf.tidy(() => {
          const batch = batchOf(seen.slice(24 * (k - 1)));
          const judged = network(batch.next, target === "none" ? "" : "target.");
          const chooser = double ? network(batch.next, "") : judged;
          const best = chosen(judged, tf.argMax(chooser, 1) as tf.Tensor1D);
          const y = tf.add(batch.reward, tf.mul(0.9, tf.mul(batch.goesOn, best)));
          eager.update(
            () =>
              tf.losses.huberLoss(
                y,
                chosen(network(batch.observation, ""), batch.action),
              ) as tf.Scalar,
            { learningRate: 0.03, maxGradientNorm: 0.5 },
          );
          if (target !== "none" && 24 * k % 48 === 0) eager.follow(1);
        });
        eager.assertEqual(learner, 1e-4);
      }
    });
  }
}

Deno.test("all parameters of trunk and heads learn, and the target network has all of them", () => {
  const learner = learnerOf(duelingDqn, shortCartPole, { hidden: [8], streams: [8] });
  const before = tensorsOf(learner);
  learner.train(1200);
  const after = tensorsOf(learner);
  const names = ["trunk.w1", "trunk.b1", "value.w1", "value.b1", "value.w2", "value.b2"]
    .concat(["advantage.w1", "advantage.b1", "advantage.w2", "advantage.b2"]);
  assertEquals(
    Object.keys(after).filter((name) => !/^(adam|target)\./.test(name)).sort(),
    names.sort(),
  );
  for (const name of names) {
    assertEquals(before[name].data.every((value, i) => value === after[name].data[i]), false, name);
    assertEquals(after[`target.${name}`].shape, after[name].shape);
  }
});
