/**
 * A neural algorithm of your own, whole: the one-step actor-critic (Sutton & Barto, 2nd edition, section
 * 13.5) with two small networks. After each step the critic moves towards r + gamma v(s'), and the actor
 * makes the action more probable by as much as that is above v(s).
 *
 * Run it beside the built-in algorithms:
 *
 *     deno task bench --algorithm-module docs/examples/one_step_actor_critic.ts --environments CartPole-v1 --out my_results
 */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import {
  actionDistribution,
  actionReader,
  actionsOf,
  neuralPolicy,
  observationEncoder,
  perceptron,
  trainable,
  TrainingEnvironment,
} from "../../algorithms/common/neural.ts";
import { adam, adamState, compile, State } from "../../engine/mod.ts";
import type { ControlAlgorithm, Learner, PCG64State, Snapshot } from "../../mod.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  hidden: z.array(z.int().min(1)).default([32]).describe("Units of each hidden layer (tanh)."),
  learningRate: z.number().min(0).default(1e-3).describe("Adam's step size for both networks."),
});

/** What `save` returns: everything that decides how training goes on. */
type Saved = {
  steps: number;
  diverged: boolean;
  state: Uint8Array;
  task: Snapshot;
  exploration: PCG64State;
};

/** The one-step actor-critic. */
const oneStepActorCritic: ControlAlgorithm<z.infer<typeof config>> = {
  name: "one_step_actor_critic",
  title: "One-step actor-critic",
  description:
    "A policy and a value function learned from each step as it is made, without memory.",
  source: "Sutton & Barto (2018), section 13.5",
  task: "control",
  unit: "environment steps",
  taxonomy: {
    family: "actor-critic",
    update: "TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete", "continuous"],
  },
  module: import.meta.url,
  config,

  create(context): Learner {
    const { discount, hidden, learningRate } = context.config;
    const { exploration, initialisation } = context.streams;
    const task = new TrainingEnvironment(context);
    const { environment } = task;
    const encoder = observationEncoder(environment.observationSpace);
    const distribution = actionDistribution(actionsOf(environment));
    const network = (name: string, outputs: number, outputGain: number) =>
      perceptron({
        name,
        sizes: [encoder.features, ...hidden, outputs],
        activation: "tanh",
        initialisation: { outputGain },
        random: initialisation,
      });
    const policy = network("policy", distribution.outputs, 0.01);
    const value = network("value", 1, 1);
    const parameters = { ...policy.parameters, ...distribution.parameters, ...value.parameters };
    const state = new State({ ...parameters, ...adamState(parameters) });

    // Programs: TensorFlow.js functions, recorded once and run as WebAssembly.
    const choose = compile({
      state,
      inputs: { observation: encoder.spec(1), noise: { shape: [1, distribution.noise] } },
      run: ({ observation, noise }, s) => ({
        action: distribution.sample(
          policy.apply(encoder.encode(observation), s),
          noise as tf.Tensor2D,
          s,
        ),
      }),
    });
    const update = compile({
      state,
      inputs: {
        observation: encoder.spec(1),
        action: distribution.spec(1),
        reward: { shape: [1] },
        discount: { shape: [1] }, // 0 after a termination.
        next: encoder.spec(1),
      },
      run({ observation, action, reward, discount, next }, s) {
        const features = encoder.encode(observation);
        const valueOf = (x: tf.Tensor2D) => tf.reshape(value.apply(x, s), [1]);
        // delta = r + gamma v(s') - v(s): a number for both losses, outside their gradients.
        const target = tf.add(reward, tf.mul(discount, valueOf(encoder.encode(next))));
        const delta = tf.sub(target, valueOf(features));
        const loss = () => {
          const outputs = policy.apply(features, s);
          const actor = tf.mul(delta, distribution.logProbability(outputs, action, s));
          const critic = tf.mul(0.5, tf.square(tf.sub(target, valueOf(features))));
          return tf.sum(tf.sub(critic, actor)) as tf.Scalar;
        };
        const { value: lossValue, grads } = tf.variableGrads(loss, trainable(parameters, s));
        adam(s, grads, { learningRate });
        return { loss: lossValue };
      },
    });

    // Room for one step, made once.
    const observation = encoder.array(1), next = encoder.array(1);
    const action = distribution.array(1);
    const noise = new Float32Array(distribution.noise);
    const toEnvironment = actionReader(actionsOf(environment), action);
    let steps = 0;
    let diverged = false;

    return {
      get steps() {
        return steps;
      },
      get diverged() {
        return diverged;
      },
      train(untilStep) {
        while (steps < untilStep && !diverged) {
          encoder.store(task.observation, observation, 0);
          distribution.fillNoise(exploration, noise);
          choose.run({ observation, noise });
          action.set(choose.output("action"));
          const step = task.step(toEnvironment(0));
          encoder.store(step.observation, next, 0);
          const { reward, terminated } = step;
          update.run({ observation, action, reward, discount: terminated ? 0 : discount, next });
          task.advance();
          steps++;
          diverged = !Number.isFinite(update.output("loss")[0]);
        }
      },
      policy: () =>
        neuralPolicy({
          name: "one_step_actor_critic",
          environment,
          state,
          parameters: Object.keys(policy.parameters),
          // The preference of each action, of which the policy takes the greatest; or the vector itself.
          action: (features, tensors) => policy.apply(features, tensors),
        }),
      save(): Saved {
        return {
          steps,
          diverged,
          state: state.save(),
          task: task.save(),
          exploration: exploration.bits.state,
        };
      },
      restore(snapshot) {
        const saved = snapshot as Saved;
        state.restore(saved.state);
        task.restore(saved.task);
        exploration.bits.state = saved.exploration;
        ({ steps, diverged } = saved);
      },
    };
  },
};

export default oneStepActorCritic;
