/**
 * The random policy: every action equally likely, whatever the observation. It learns nothing; what
 * it scores is the floor that a learned policy must rise above.
 *
 * ```math
 * \pi(a \mid s) = \frac{1}{|\mathcal{A}|}
 * ```
 *
 * For continuous actions this is the uniform density over the box of actions.
 */
import { z } from "zod";
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from "../engine/onnx/graph.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import type { Snapshot } from "../data/snapshot.ts";
import type { Generator } from "../random/generator.ts";
import type { PCG64State } from "../random/pcg64.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { observationInput } from "./common/observation_input.ts";
import { environmentSeed } from "./common/streams.ts";

const config = z.strictObject({});

type Config = z.infer<typeof config>;

type Saved = { steps: number; environment: Snapshot; random: PCG64State };

class RandomLearner implements Learner {
  steps = 0;
  readonly #environment: Environment;
  readonly #policy: Policy;
  readonly #random: Generator;

  constructor({ makeEnvironment, streams }: Context<Config>) {
    this.#environment = makeEnvironment();
    this.#policy = uniformPolicy(this.#environment);
    this.#random = streams.exploration;
    this.#environment.reset({ seed: environmentSeed(streams) });
  }

  train(untilStep: number): void {
    const unseen: Observation = 0; // The policy does not look.
    while (this.steps < untilStep) {
      const action = this.#policy.act(unseen, this.#random);
      const { terminated, truncated } = this.#environment.step(action);
      this.steps++;
      if (terminated || truncated) this.#environment.reset();
    }
  }

  policy(): Policy {
    return this.#policy; // It never changes.
  }

  save(): Saved {
    return {
      steps: this.steps,
      environment: this.#environment.save(),
      random: this.#random.bits.state,
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#environment.restore(saved.environment);
    this.#random.bits.state = saved.random;
  }
}

/**
 * The uniform policy over an environment's actions. All arithmetic is float32, as in the graphs.
 */
function uniformPolicy({ id, observationSpace, actionSpace }: Environment): Policy {
  const { description } = actionSpace;
  const observation = observationInput(observationSpace);
  if (description.type === "Discrete") {
    return uniformInteger(id, description.n, description.start, observation);
  }
  if (description.type !== "Box" || description.dtype !== "float32") {
    throw new RangeError(
      `${id}: the random policy needs Discrete or float32 Box actions, not ${description.type}`,
    );
  }
  const low = Float32Array.from(description.low, Number);
  const high = Float32Array.from(description.high, Number);
  return uniformVector(id, low, high, description.shape, observation);
}

/**
 * action = start + floor(u n). A float32 draw u is at most 1 - 2^-24, so that u n stays below n when
 * it is rounded, as long as n itself is a float32 number.
 */
function uniformInteger(
  id: string,
  n: number,
  start: number,
  observation: OnnxValue,
): Policy {
  if (n > 16_777_216) {
    throw new RangeError(`${id}: the random policy draws from 2^24 actions at most, not ${n}`);
  }
  return {
    noise: 1,
    act: (_, random) => start + Math.floor(Math.fround(random.randomFloat32() * n)),
    toOnnx: () =>
      graph(
        [observation, noiseInput(1)],
        { name: "action", type: "int64", shape: ["N"] },
        [
          float32("n", [], [n]),
          int64("axes", [1]),
          int64("start", [start]),
        ],
        [
          { op: "Mul", inputs: ["noise", "n"], outputs: ["scaled"] },
          { op: "Floor", inputs: ["scaled"], outputs: ["index"] },
          { op: "Squeeze", inputs: ["index", "axes"], outputs: ["row"] },
          { op: "Cast", inputs: ["row"], outputs: ["integer"], attributes: { to: 7n } }, // int64
          { op: "Add", inputs: ["integer", "start"], outputs: ["action"] },
        ],
      ),
  };
}

/**
 * action = low + (high - low) u. For the largest draw, 1 - 2^-24, the product is rounded to the
 * float32 number next below the range: the sum does not pass high, though the range is rounded too.
 */
function uniformVector(
  id: string,
  low: Float32Array,
  high: Float32Array,
  shape: readonly number[],
  observation: OnnxValue,
): Policy {
  const size = low.length;
  const range = high.map((bound, i) => bound - low[i]);
  if (!range.every(Number.isFinite)) {
    throw new RangeError(
      `${id}: the random policy needs bounded actions, not [${low}] to [${high}]`,
    );
  }
  return {
    noise: size,
    act: (_, random) => {
      const action = new Float32Array(size);
      for (let i = 0; i < size; i++) {
        const offset = Math.fround(range[i] * random.randomFloat32());
        action[i] = low[i] + offset;
      }
      return action;
    },
    toOnnx: () =>
      graph(
        [observation, noiseInput(size)],
        { name: "action", type: "float32", shape: ["N", ...shape] },
        [
          float32("range", [size], range),
          float32("low", [size], low),
          int64("shape", [0, ...shape]), // 0 keeps N
        ],
        [
          { op: "Mul", inputs: ["noise", "range"], outputs: ["offset"] },
          { op: "Add", inputs: ["offset", "low"], outputs: ["row"] },
          { op: "Reshape", inputs: ["row", "shape"], outputs: ["action"] },
        ],
      ),
  };
}

function graph(
  inputs: readonly OnnxValue[],
  output: OnnxValue,
  constants: readonly OnnxConstant[],
  nodes: readonly OnnxNode[],
): OnnxGraph {
  return { name: "random_policy", inputs, outputs: [output], constants, nodes };
}

function noiseInput(size: number): OnnxValue {
  return { name: "noise", type: "float32", shape: ["N", size] };
}

function float32(name: string, shape: readonly number[], values: ArrayLike<number>): OnnxConstant {
  return { name, shape, data: Float32Array.from(values) };
}

function int64(name: string, values: readonly number[]): OnnxConstant {
  return { name, shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** The random policy. */
export const randomPolicy: ControlAlgorithm = {
  name: "random_policy",
  title: "Random policy",
  description: "Takes every action with the same probability and learns nothing: the baseline.",
  source: "the equiprobable random policy of Sutton & Barto (2018), section 4.1",
  taxonomy: {
    family: "baseline",
    update: "none",
    policy: "not applicable",
    modelBased: false,
    observations: ["discrete", "continuous"],
    actions: ["discrete", "continuous"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new RandomLearner(context),
};

export default randomPolicy;
