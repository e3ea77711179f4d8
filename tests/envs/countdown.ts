/** A tiny environment for tests: it counts down from 5 by 0 to 2 a step, at random, and ends at 0. */
import { z } from "zod";
import type {
  Environment,
  EnvironmentSpec,
  ResetOptions,
  Start,
  Step,
} from "../../envs/environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Box } from "../../envs/spaces/box.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { defaultGenerator, type Generator } from "../../random/generator.ts";

/** What a `Countdown` is made with. */
export interface CountdownOptions {
  /** What every step pays. */
  readonly pay: number;
}

/** Observation: [count, last decrease]; actions 0 and 1, which is added to the decrease. */
export class Countdown implements Environment<Float32Array, number> {
  readonly id = "Countdown-v0";
  readonly observationSpace: Box = new Box([-2, 0], [5, 3]);
  readonly actionSpace = new Discrete(2);
  random: Generator = defaultGenerator(0);
  protected count = 0;
  protected readonly own = new Float32Array(2);
  protected readonly info: Record<string, unknown> = { count: 0 };
  protected readonly result = {
    observation: this.own,
    reward: 0,
    terminated: false,
    truncated: false,
    info: this.info,
  };

  constructor(readonly options: CountdownOptions = { pay: 1 }) {}

  get unwrapped(): this {
    return this;
  }

  reset(options: ResetOptions = {}, out: Float32Array = this.own): Start<Float32Array> {
    if (options.seed !== undefined) this.random = defaultGenerator(options.seed);
    this.count = 5;
    return this.show(this.random.integers(0, 2), 0, out);
  }

  step(action: number, out: Float32Array = this.own): Step<Float32Array> {
    const decrease = this.random.integers(0, 3) + action;
    this.count -= decrease;
    return this.show(decrease, this.options.pay, out);
  }

  save(): Snapshot {
    return { count: this.count, random: { ...this.random.bits.state } };
  }

  restore(snapshot: Snapshot): void {
    const { count, random } = snapshot as unknown as {
      count: number;
      random: Generator["bits"]["state"];
    };
    this.count = count;
    this.random.bits.state = random;
  }

  protected show(decrease: number, reward: number, out: Float32Array): Step<Float32Array> {
    out[0] = this.count;
    out[1] = decrease;
    this.info.count = this.count;
    this.result.observation = out as Float32Array<ArrayBuffer>;
    this.result.reward = reward;
    this.result.terminated = this.count <= 0;
    return this.result;
  }
}

/** Its specification: 4 steps at most. */
export const countdown: EnvironmentSpec<CountdownOptions> = {
  id: "Countdown-v0",
  description: "Counts down to zero.",
  module: import.meta.url,
  options: z.strictObject({ pay: z.number().default(1) }),
  maxEpisodeSteps: 4,
  rewardThreshold: null,
  create: (options) => new Countdown(options),
};
