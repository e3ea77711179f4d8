/**
 * Scripted surroundings for a learner: an environment that plays a list, a generator that reads
 * one.
 */
import type { Environment, Step } from "../../envs/environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { defaultGenerator, type Generator } from "../../random/generator.ts";

/** One step of a script: where it leads and how it ends. */
export interface ScriptedStep {
  readonly next: number;
  readonly reward: number;
  readonly end?: "terminated" | "truncated";
}

/** A problem with a script instead of dynamics: the actions are not listened to. */
export interface Script {
  readonly states: number;
  readonly actions: number;
  /** The first state of every episode. */
  readonly start: number;
  readonly steps: readonly ScriptedStep[];
}

/** An environment that plays the script, over and over. */
export function scriptedEnvironment(script: Script): Environment<number, number> {
  let at = 0;
  const environment: Environment<number, number> = {
    id: "Scripted-v0",
    observationSpace: new Discrete(script.states),
    actionSpace: new Discrete(script.actions),
    random: defaultGenerator(0),
    get unwrapped() {
      return environment;
    },
    reset: () => ({ observation: script.start, info: {} }),
    step: (): Step<number> => {
      const { next, reward, end } = script.steps[at++ % script.steps.length];
      return {
        observation: next,
        reward,
        terminated: end === "terminated",
        truncated: end === "truncated",
        info: {},
      };
    },
    save: () => at,
    restore: (snapshot: Snapshot) => at = snapshot as number,
  };
  return environment;
}

/** What a scripted generator gives out. */
export interface Draws {
  /** What `integers(0, n)` gives, modulo n: actions and choices among ties. */
  readonly integers: readonly number[];
  /** What `random()` gives; 0, which is below any epsilon but 0, if left out. */
  readonly doubles?: readonly number[];
}

/** A generator that gives the listed draws, over and over. */
export function scriptedGenerator({ integers, doubles = [0] }: Draws): Generator {
  let nextInteger = 0;
  let nextDouble = 0;
  const scripted: Pick<Generator, "random" | "integers"> & { bits: { state: object } } = {
    random: () => doubles[nextDouble++ % doubles.length],
    integers: (low, high) => low + integers[nextInteger++ % integers.length] % (high - low),
    bits: { state: {} },
  };
  return scripted as unknown as Generator;
}
