/**
 * Replays what the real Gymnasium did and compares. How closely is stated in tests/golden/README.md;
 * how close it came is counted in a `Comparison`.
 */
import { assert, assertEquals } from "@std/assert";
import type { Action, Environment, EnvironmentSpec } from "../../../envs/environment.ts";
import { makeFromSpec, type MakeOptions } from "../../../envs/make_from_spec.ts";
import type { Snapshot } from "../../../data/snapshot.ts";

type Numbers = readonly number[];

/** An environment's state right after a reset. */
interface RecordedStart {
  readonly after_step: number;
  readonly obs: Numbers;
  readonly state: Numbers;
}

/** A recorded generator. */
interface Fingerprint {
  readonly state: string;
  readonly inc: string;
  readonly has_uint32: number;
  readonly uinteger: number;
}

/** Columns of recorded steps. */
export interface RecordedSteps {
  readonly action: readonly (number | Numbers)[];
  readonly obs: readonly Numbers[];
  readonly reward: Numbers;
  readonly terminated: Numbers;
  readonly truncated: Numbers;
  readonly state: readonly Numbers[];
}

/** One recorded run: a seeded reset, and a plain reset after each end. */
export interface RecordedRun {
  readonly seed: number;
  readonly reset: RecordedStart;
  readonly rng_after_first_reset: Fingerprint;
  readonly steps: RecordedSteps;
  readonly resets: readonly RecordedStart[];
  readonly rng_at_end: Fingerprint;
  readonly replay_sensitivity?: { readonly max_abs_obs_diff: number };
}

/** A reset with options, and one without after it. */
export interface RecordedReset {
  readonly seed: number;
  readonly options: Readonly<Record<string, number>>;
  readonly obs: Numbers;
  readonly state: Numbers;
  readonly second_reset_without_options: { readonly obs: Numbers; readonly state: Numbers };
}

/** A group of independent transitions. */
export interface RecordedGroup {
  readonly env_id: string;
  readonly make_kwargs: Readonly<Record<string, unknown>>;
  readonly note: string;
  readonly state: readonly Numbers[];
  readonly action: readonly (number | Numbers)[];
  readonly obs: readonly Numbers[];
  readonly next_state: readonly Numbers[];
  readonly reward: Numbers;
  readonly terminated: Numbers;
}

/** How many numbers were compared, and how many of them were not identical. */
export class Comparison {
  observations = 0;
  otherObservations = 0;
  states = 0;
  otherStates = 0;
  largestStateDifference = 0;
  rewards = 0;
  otherRewards = 0;
  largestRewardDifference = 0;

  /** Float32 numbers: the same, or neighbours. */
  observation(actual: ArrayLike<number>, expected: Numbers, where: string): void {
    assertEquals(actual.length, expected.length, where);
    expected.forEach((value, i) => {
      this.observations++;
      if (actual[i] === value) return;
      this.otherObservations++;
      assert(
        neighbours(actual[i], value),
        `${where}: observation[${i}] is ${actual[i]}, not ${value}`,
      );
    });
  }

  /** The hidden state: within 1e-12. */
  state(actual: ArrayLike<number>, expected: Numbers, where: string): void {
    assertEquals(actual.length, expected.length, where);
    expected.forEach((value, i) => {
      this.states++;
      if (actual[i] === value) return;
      this.otherStates++;
      const difference = Math.abs(actual[i] - value);
      this.largestStateDifference = Math.max(this.largestStateDifference, difference);
      assert(difference <= 1e-12, `${where}: state[${i}] is ${actual[i]}, not ${value}`);
    });
  }

  /** Rewards: within 1e-9. */
  reward(actual: number, expected: number, where: string): void {
    this.rewards++;
    if (actual === expected) return;
    this.otherRewards++;
    const difference = Math.abs(actual - expected);
    this.largestRewardDifference = Math.max(this.largestRewardDifference, difference);
    assert(difference <= 1e-9, `${where}: reward is ${actual}, not ${expected}`);
  }
}

const bits = new Int32Array(2);
const floats = new Float32Array(bits.buffer);

/** Whether two float32 numbers of one sign have no third between them. */
function neighbours(a: number, b: number): boolean {
  floats[0] = a;
  floats[1] = b;
  return Math.abs(bits[0] - bits[1]) <= 1;
}

/** Makes an environment that takes recorded actions. */
export function makeRecorded(
  spec: EnvironmentSpec,
  options: MakeOptions,
): Environment<Float32Array, Action> {
  return makeFromSpec(spec, options) as Environment<Float32Array, Action>;
}

/** A recorded action as the environment takes it. */
export function actionOf(recorded: number | Numbers): Action {
  return typeof recorded === "number" ? recorded : Float32Array.from(recorded);
}

/** The hidden state of an environment. */
export function stateOf(environment: Environment<Float32Array, Action>): Float64Array {
  return (environment.unwrapped.save() as { readonly state: Float64Array }).state;
}

/** Puts a hidden state in place, and other entries of the snapshot if given. */
export function putState(
  environment: Environment<Float32Array, Action>,
  state: Numbers,
  entries: Readonly<Record<string, Snapshot>> = {},
): void {
  const saved = environment.unwrapped.save() as Readonly<Record<string, Snapshot>>;
  environment.unwrapped.restore({ ...saved, ...entries, state: Float64Array.from(state) });
}

/** Compares a generator with a recorded one, to the last bit. */
export function checkGenerator(
  environment: Environment<Float32Array, Action>,
  expected: Fingerprint,
  where: string,
): void {
  const { state, inc, hasUint32, uinteger } = environment.random.bits.state;
  assertEquals(
    { state: String(state), inc: String(inc), has_uint32: Number(hasUint32), uinteger },
    expected,
    where,
  );
}

/**
 * Replays a run step by step, each from the recorded state. Resets must be exact.
 */
export function replayFromRecordedStates(
  environment: Environment<Float32Array, Action>,
  run: RecordedRun,
  comparison: Comparison,
): void {
  const { steps } = run;
  checkStart(environment, environment.reset({ seed: run.seed }).observation, run.reset);
  checkGenerator(environment, run.rng_after_first_reset, `seed ${run.seed}, first reset`);
  let resets = 0;
  for (let i = 0; i < steps.action.length; i++) {
    const where = `seed ${run.seed}, step ${i}`;
    const { observation, reward, terminated, truncated } = environment.step(
      actionOf(steps.action[i]),
    );
    comparison.observation(observation, steps.obs[i], where);
    comparison.state(stateOf(environment), steps.state[i], where);
    comparison.reward(reward, steps.reward[i], where);
    assertEquals(
      [Number(terminated), Number(truncated)],
      [steps.terminated[i], steps.truncated[i]],
      where,
    );
    putState(environment, steps.state[i]);
    if (!terminated && !truncated) continue;
    const start = run.resets[resets++];
    assertEquals(start.after_step, i, where);
    checkStart(environment, environment.reset().observation, start);
  }
  assertEquals(resets, run.resets.length);
  checkGenerator(environment, run.rng_at_end, `seed ${run.seed}, at the end`);
}

/** Replays a whole run without help: observations within 1e-6, flags exact. */
export function replayFreely(
  environment: Environment<Float32Array, Action>,
  { seed, steps }: RecordedRun,
): void {
  environment.reset({ seed });
  for (let i = 0; i < steps.action.length; i++) {
    const where = `seed ${seed}, step ${i}`;
    const { observation, terminated, truncated } = environment.step(actionOf(steps.action[i]));
    steps.obs[i].forEach((value, j) =>
      assert(
        Math.abs(observation[j] - value) <= 1e-6,
        `${where}: observation[${j}] is ${observation[j]}, not ${value}`,
      )
    );
    assertEquals(
      [Number(terminated), Number(truncated)],
      [steps.terminated[i], steps.truncated[i]],
      where,
    );
    if (terminated || truncated) environment.reset();
  }
}

/** Does every transition of a group from its own state. */
export function replayGroup(
  environment: Environment<Float32Array, Action>,
  group: RecordedGroup,
  entries: Readonly<Record<string, Snapshot>>,
  comparison: Comparison,
): void {
  group.state.forEach((state, i) => {
    const where = `${group.env_id} (${group.note}), transition ${i}`;
    environment.reset({ seed: 0 });
    putState(environment, state, entries);
    const { observation, reward, terminated } = environment.step(actionOf(group.action[i]));
    comparison.observation(observation, group.obs[i], where);
    comparison.state(stateOf(environment), group.next_state[i], where);
    comparison.reward(reward, group.reward[i], where);
    assertEquals(Number(terminated), group.terminated[i], where);
  });
}

/** The state after a reset: exact, and the observation too. */
export function checkStart(
  environment: Environment<Float32Array, Action>,
  observation: Float32Array,
  expected: { readonly obs: Numbers; readonly state: Numbers },
): void {
  assertEquals(Array.from(stateOf(environment)), expected.state);
  assertEquals(Array.from(observation), expected.obs);
}
