/**
 * Helpers of the tests of DDPG, TD3 and SAC: a task with two actions in asymmetric boxes, what a saved
 * learner holds, and networks, their gradients and Adam in plain float64 numbers, from the definitions.
 */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import { decodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import type { Environment, Step } from "../../envs/environment.ts";
import { Box } from "../../envs/spaces/box.ts";
import { defaultGenerator, Generator } from "../../random/generator.ts";
import { PCG64, type PCG64State } from "../../random/pcg64.ts";
import { learnerOf } from "./learners.ts";

/** Bounds of the two numbers of an action: neither is symmetric about 0. */
export const low = [-1, 0], high = [3, 10];

/** What a test saw of a task. */
export interface Watched {
  readonly environment: Environment;
  /** The actions taken, as the environment got them. */
  readonly actions: number[][];
}

/**
 * Observations of three numbers that never repeat; rewards that depend on the action; episodes that are
 * terminated after 4 steps and truncated after 5, in turn.
 */
export function boxTask(): Watched {
  const actions: number[][] = [];
  let count = 0;
  const observation = () =>
    Float32Array.of(count * 7 % 11 / 5 - 1, count * 3 % 7 / 4 - 1, count % 1009 / 1009);
  const environment: Environment = {
    id: "Boxes-v0",
    observationSpace: new Box([-1, -1, 0], [2, 2, 1]),
    actionSpace: new Box(low, high),
    random: defaultGenerator(0),
    get unwrapped() {
      return environment;
    },
    reset: () => ({ observation: observation(), info: {} }),
    step(action): Step {
      const [a, b] = action as Float32Array;
      actions.push([a, b]);
      count++;
      return {
        observation: observation(),
        reward: a - b / 5 + count % 3,
        terminated: count % 9 === 4,
        truncated: count % 9 === 0,
        info: {},
      };
    },
    save: () => count,
    restore: (snapshot: Snapshot) => count = snapshot as number,
  };
  return { environment, actions };
}

/**
 * One step per episode: the observation s is drawn uniformly from [-1, 1), and the reward is
 * -(a - best(s))^2, over the square of half of the box's width.
 */
export function oneStepTask(best: (s: number) => number, low: number, high: number): Environment {
  let random = defaultGenerator(0);
  let s = 0;
  const environment: Environment = {
    id: "OneStep-v0",
    observationSpace: new Box([-1], [1]),
    actionSpace: new Box([low], [high]),
    get random() {
      return random;
    },
    get unwrapped() {
      return environment;
    },
    reset({ seed } = {}) {
      if (seed !== undefined) random = defaultGenerator(seed);
      s = random.uniform(-1, 1);
      return { observation: Float32Array.of(s), info: {} };
    },
    step(action): Step {
      const miss = ((action as Float32Array)[0] - best(s)) / ((high - low) / 2);
      return {
        observation: Float32Array.of(s),
        reward: -miss * miss,
        terminated: true,
        truncated: false,
        info: {},
      };
    },
    save: () => ({ s, random: random.bits.state }),
    restore(snapshot) {
      const saved = snapshot as { s: number; random: PCG64State };
      s = saved.s;
      random.bits.state = saved.random;
    },
  };
  return environment;
}

/** Episodes of 5 steps with reward 1 each, which end so; the observation is the step's number over 5. */
export function countdownTask(end: "terminated" | "truncated"): Environment {
  let step = 0;
  const environment: Environment = {
    id: "Countdown-v0",
    observationSpace: new Box([0], [1]),
    actionSpace: new Box([0], [1]),
    random: defaultGenerator(0),
    get unwrapped() {
      return environment;
    },
    reset() {
      step = 0;
      return { observation: Float32Array.of(0), info: {} };
    },
    step(): Step {
      step++;
      return {
        observation: Float32Array.of(step / 5),
        reward: 1,
        terminated: step === 5 && end === "terminated",
        truncated: step === 5 && end === "truncated",
        info: {},
      };
    },
    save: () => step,
    restore: (snapshot) => step = snapshot as number,
  };
  return environment;
}

/**
 * Fails unless an algorithm learns the exact values of the countdown with discount 0.5: the sum of the
 * rewards to come where the end is terminal, and 1 / (1 - 0.5), as if it went on, where it is a time limit.
 *
 * @param critic the name of a critic
 */
export function assertCountdownValues(
  algorithm: ControlAlgorithm,
  critic: string,
  config: Readonly<Record<string, unknown>> = {},
): void {
  for (const end of ["terminated", "truncated"] as const) {
    const learner = learnerOf(algorithm, () => countdownTask(end), {
      hidden: [16, 16],
      batchSize: 32,
      learningStarts: 100,
      discount: 0.5,
      target: { rate: 0.05 },
      criticLearningRate: { from: 0.01, to: 0, steps: 3000 },
      ...config,
    });
    learner.train(3000);
    const { tensors } = heldBy(learner);
    for (let step = 0; step < 5; step++) {
      const [value] = pass(tensors, critic, [step / 5, 0]).outputs;
      const exact = end === "terminated" ? 2 - Math.pow(0.5, 4 - step) : 2;
      assertAlmostEquals(value, exact, 0.06, `${end}, step ${step}`);
    }
  }
}

/** The largest miss of a learner's policy in a one-step task, in units of half of the box's width. */
export function largestMiss(
  learner: Learner,
  best: (s: number) => number,
  low: number,
  high: number,
): number {
  const policy = learner.policy();
  const misses = Array.from({ length: 21 }, (_, i) => {
    const s = i / 10 - 1;
    const [action] = policy.act(Float32Array.of(s), defaultGenerator(0)) as Float32Array;
    return Math.abs(action - best(s)) / ((high - low) / 2);
  });
  return Math.max(...misses);
}

/** Makes a learner of the box task with small networks, and trains it into the midst of learning. */
export function learnerOfBoxes(
  algorithm: ControlAlgorithm,
  config: Readonly<Record<string, unknown>> = {},
  steps = 40,
): Learner & Watched {
  const task = boxTask();
  const learner = learnerOf(algorithm, () => task.environment, {
    hidden: [5, 4],
    batchSize: 7,
    learningStarts: 10,
    actorLearningRate: 0.003,
    criticLearningRate: 0.01,
    discount: 0.9,
    ...config,
  });
  learner.train(steps);
  return Object.assign(learner, task);
}

/** Transitions in a replay memory or a minibatch, as plain rows. */
export interface Rows {
  readonly observation: number[][];
  readonly action: number[][];
  readonly reward: number[];
  readonly discount: number[];
  readonly next: number[][];
}

/** What a saved learner of the box task holds. */
export interface Held {
  /** The tensors of its State. */
  readonly tensors: Record<string, Float32Array>;
  readonly replay: Rows;
  /** The stream of its minibatches, from here on. */
  readonly minibatches: Generator;
}

/** Looks into a learner of the box task. */
export function heldBy(learner: Learner): Held {
  const saved = learner.save() as unknown as {
    state: Uint8Array;
    replay: Record<"observation" | "action" | "reward" | "discount" | "next", Float32Array>;
    minibatches: PCG64State;
  };
  const { tensors } = decodeSnapshot(saved.state) as unknown as {
    tensors: { name: string; data: Float32Array }[];
  };
  const { observation, action, reward, discount, next } = saved.replay;
  const bits = new PCG64(0);
  bits.state = saved.minibatches;
  return {
    tensors: Object.fromEntries(tensors.map(({ name, data }) => [name, data])),
    replay: {
      observation: rowsOf(observation, 3),
      action: rowsOf(action, 2),
      reward: [...reward],
      discount: [...discount],
      next: rowsOf(next, 3),
    },
    minibatches: new Generator(bits),
  };
}

/** The minibatch that comes next: places drawn uniformly with replacement. */
export function drawMinibatch({ replay, minibatches }: Held, size: number): Rows {
  const places = Array.from({ length: size }, () => minibatches.integers(0, replay.reward.length));
  return {
    observation: places.map((i) => replay.observation[i]),
    action: places.map((i) => replay.action[i]),
    reward: places.map((i) => replay.reward[i]),
    discount: places.map((i) => replay.discount[i]),
    next: places.map((i) => replay.next[i]),
  };
}

/** The standard normal numbers that come next, as float32: rows of two. */
export function drawNoise({ minibatches }: Held, size: number): number[][] {
  const draws = Array.from({ length: 2 * size }, () => Math.fround(minibatches.standardNormal()));
  return rowsOf(draws, 2);
}

function rowsOf(values: ArrayLike<number>, length: number): number[][] {
  return Array.from(
    { length: values.length / length },
    (_, row) => Array.from({ length }, (_, i) => values[row * length + i]),
  );
}

/** Parameters, or gradients, or moments, by name. */
export type Numbers = Record<string, number[]>;

/** What a network did with one input; keeps what its gradients need. */
export interface Passed {
  readonly outputs: number[];
  /**
   * Goes back: adds to the gradients of the parameters the products with these derivatives of a loss by
   * the outputs.
   *
   * @returns the derivatives by the input
   */
  back(derivatives: readonly number[], gradients?: Numbers): number[];
}

/** A network of ReLU layers with a linear one at its end. */
export function pass(
  tensors: Readonly<Record<string, ArrayLike<number>>>,
  name: string,
  input: readonly number[],
): Passed {
  const values = [[...input]];
  for (let layer = 1; `${name}.w${layer}` in tensors; layer++) {
    const w = tensors[`${name}.w${layer}`], b = tensors[`${name}.b${layer}`];
    const x = values[layer - 1];
    const last = !(`${name}.w${layer + 1}` in tensors);
    values.push(Array.from(b, (bias, j) => {
      const sum = x.reduce((sum, xi, i) => sum + xi * w[i * b.length + j], bias);
      return last ? sum : Math.max(0, sum);
    }));
  }
  return {
    outputs: values.at(-1)!,
    back(derivatives, gradients = {}) {
      let by = [...derivatives];
      for (let layer = values.length - 1; layer >= 1; layer--) {
        const w = tensors[`${name}.w${layer}`];
        const x = values[layer - 1];
        const ofW = gradients[`${name}.w${layer}`] ??= Array.from(w, () => 0);
        const ofB = gradients[`${name}.b${layer}`] ??= by.map(() => 0);
        by.forEach((d, j) => {
          ofB[j] += d;
          x.forEach((xi, i) => ofW[i * by.length + j] += xi * d);
        });
        by = x.map((xi, i) =>
          layer > 1 && xi === 0 ? 0 : by.reduce((sum, d, j) => sum + d * w[i * by.length + j], 0)
        );
      }
      return by;
    },
  };
}

/** One step of Adam (Kingma & Ba 2015, algorithm 1) on tensors with the optimizer's state among them. */
export function adamStep(
  tensors: Record<string, Float32Array>,
  gradients: Numbers,
  learningRate: number,
  name: string,
): Record<string, number[]> {
  const t = tensors[`${name}.step`][0] + 1;
  const changed: Record<string, number[]> = { [`${name}.step`]: [t] };
  for (const [parameter, gradient] of Object.entries(gradients)) {
    const m = gradient.map((g, i) => 0.9 * tensors[`${name}.mean.${parameter}`][i] + 0.1 * g);
    const v = gradient.map((g, i) =>
      0.999 * tensors[`${name}.variance.${parameter}`][i] + 0.001 * g * g
    );
    changed[`${name}.mean.${parameter}`] = m;
    changed[`${name}.variance.${parameter}`] = v;
    changed[parameter] = m.map((mean, i) => {
      const step = mean / (1 - Math.pow(0.9, t)) /
        (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-8);
      return tensors[parameter][i] - learningRate * step;
    });
  }
  return changed;
}

/** Targets after their Polyak average with the (changed) parameters that they follow. */
export function polyakStep(
  tensors: Record<string, Float32Array>,
  changed: Numbers,
  rate: number,
): Numbers {
  return Object.fromEntries(
    Object.keys(tensors).filter((name) => name.startsWith("target.")).map((name) => {
      const source = changed[name.slice("target.".length)];
      return [name, Array.from(tensors[name], (old, i) => (1 - rate) * old + rate * source[i])];
    }),
  );
}

/**
 * Trains a learner by one step with one update in it. Fails unless every tensor of its State is then what
 * the update is expected to make of it, or what it was before.
 *
 * @param updated the tensors that change, given what was held before and the replay memory of the update
 */
export function assertUpdate(
  learner: Learner,
  updated: (held: Held) => Numbers,
  tolerance = 2e-5,
): void {
  const before = heldBy(learner);
  learner.train(learner.steps + 1);
  const { tensors, replay } = heldBy(learner);
  const expected = updated({ ...before, replay });
  assertEquals(Object.keys(expected).filter((name) => !(name in tensors)), []);
  for (const [name, values] of Object.entries(tensors)) {
    const should = expected[name] ?? before.tensors[name];
    values.forEach((value, i) => assertAlmostEquals(value, should[i], tolerance, `${name}[${i}]`));
  }
}
