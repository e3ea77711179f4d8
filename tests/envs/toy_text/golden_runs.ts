/** Replays recorded runs of Gymnasium's toy-text environments and compares everything exactly. */
import { assert, assertEquals } from "@std/assert";
import type {
  Environment,
  EnvironmentSpec,
  Observation,
  Start,
  Step,
} from "../../../envs/environment.ts";
import { makeFromSpec, type MakeOptions } from "../../../envs/make_from_spec.ts";
import type { SpaceDescription } from "../../../envs/spaces/space.ts";
import { type Outcome, type TabularModel, tabularModel } from "../../../envs/tabular_model.ts";
import type { PCG64State } from "../../../random/pcg64.ts";
import { type GoldenName, loadGolden } from "../../golden/golden.ts";

/** What was recorded of one reset. */
export interface GoldenReset {
  readonly after_step: number;
  readonly obs: number | readonly number[];
  readonly info_prob?: number;
  readonly action_mask?: string;
  readonly fickle_step?: 0 | 1;
  readonly state?: unknown;
}

interface GoldenSteps {
  readonly action: readonly number[];
  readonly obs: readonly (number | readonly number[])[];
  readonly reward: readonly number[];
  readonly terminated: readonly (0 | 1)[];
  readonly truncated: readonly (0 | 1)[];
  readonly info_prob?: readonly number[];
  readonly action_mask?: readonly string[];
  readonly state?: readonly unknown[];
}

interface GoldenRandomState {
  readonly state: string;
  readonly inc: string;
  readonly has_uint32: 0 | 1;
  readonly uinteger: number;
}

interface GoldenRun {
  readonly seed: number;
  readonly policy: string;
  readonly n_steps: number;
  readonly reset: GoldenReset;
  readonly rng_after_first_reset: GoldenRandomState;
  readonly rng_at_end: GoldenRandomState;
  readonly steps: GoldenSteps;
  readonly resets: readonly GoldenReset[];
}

type GoldenSpace =
  | { readonly type: "Discrete"; readonly n: number; readonly start: number }
  | { readonly type: "Tuple"; readonly spaces: readonly GoldenSpace[] };

/** One recorded environment. */
export interface GoldenEnvironment {
  readonly env_id: string;
  readonly make_kwargs: Readonly<Record<string, unknown>>;
  readonly max_episode_steps: number | null;
  readonly reward_threshold: number | null;
  readonly action_space: GoldenSpace;
  readonly observation_space: GoldenSpace;
  readonly initial_state_distrib: readonly number[];
  readonly desc?: readonly string[];
  /** By state and action: probability, next state, reward, terminated. */
  readonly P: readonly (readonly (readonly [number, number, number, 0 | 1][])[])[];
  readonly runs: readonly GoldenRun[];
}

/** Compares what an environment hides with what was recorded of it. */
export type HiddenCheck = (
  environment: Environment,
  recorded: Pick<GoldenReset, "fickle_step" | "state">,
  where: string,
) => void;

/** Gymnasium's keyword arguments as our options. */
function optionsOf(kwargs: Readonly<Record<string, unknown>>): MakeOptions {
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => [
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** Makes the recorded environment, once for each run. */
export function makeRecorded(spec: EnvironmentSpec, golden: GoldenEnvironment): Environment {
  return makeFromSpec(spec, optionsOf(golden.make_kwargs));
}

/** Registers tests that the environment of a golden file is the recorded one, run by run. */
export async function testGolden<Options>(
  name: GoldenName,
  spec: EnvironmentSpec<Options>,
  checkHidden?: HiddenCheck,
): Promise<void> {
  const golden: GoldenEnvironment = await loadGolden(name);
  Deno.test(`${name}: id, limit, threshold and spaces are Gymnasium's`, () => {
    assertEquals(spec.id, golden.env_id);
    assertEquals(spec.maxEpisodeSteps, golden.max_episode_steps);
    assertEquals(spec.rewardThreshold, golden.reward_threshold);
    const { observationSpace, actionSpace } = makeRecorded(spec, golden);
    assertEquals(observationSpace.description, describe(golden.observation_space));
    assertEquals(actionSpace.description, describe(golden.action_space));
  });
  Deno.test(`${name}: recorded runs come out the same, to the last bit and random draw`, () => {
    for (const run of golden.runs) {
      replay(makeRecorded(spec, golden), run, checkHidden);
    }
  });
}

function describe(space: GoldenSpace): SpaceDescription {
  return space.type === "Discrete"
    ? { type: "Discrete", n: space.n, start: space.start }
    : { type: "Tuple", spaces: space.spaces.map(describe) };
}

function replay(environment: Environment, run: GoldenRun, checkHidden?: HiddenCheck): void {
  const { steps } = run;
  const name = `seed ${run.seed}, ${run.policy}`;
  const checkReset = (start: Start, recorded: GoldenReset) => {
    const where = `${name}, reset after step ${recorded.after_step}`;
    assertEquals(plain(start.observation), recorded.obs, where);
    assertEquals(plainInfo(start), { prob: recorded.info_prob, mask: recorded.action_mask }, where);
    checkHidden?.(environment, recorded, where);
  };
  assertEquals(steps.action.length, run.n_steps);
  checkReset(environment.reset({ seed: run.seed }), run.reset);
  assertEquals(environment.random.bits.state, randomState(run.rng_after_first_reset), name);
  let resets = 0;
  for (let i = 0; i < run.n_steps; i++) {
    const where = `${name}, step ${i}`;
    const step = environment.step(steps.action[i]);
    assertEquals(plain(step.observation), steps.obs[i], where);
    assertEquals(
      [step.reward, step.terminated, step.truncated],
      [steps.reward[i], steps.terminated[i] === 1, steps.truncated[i] === 1],
      where,
    );
    const recorded = { prob: steps.info_prob?.[i], mask: steps.action_mask?.[i] };
    assertEquals(plainInfo(step), recorded, where);
    if (steps.state) checkHidden?.(environment, { state: steps.state[i] }, where);
    if (step.terminated || step.truncated) checkReset(environment.reset(), run.resets[resets++]);
  }
  assertEquals(resets, run.resets.length, name);
  assertEquals(environment.random.bits.state, randomState(run.rng_at_end), name);
}

function plain(observation: Observation): number | number[] {
  return typeof observation === "number" ? observation : Array.from(observation);
}

function plainInfo({ info }: Start | Step): { prob: unknown; mask: string | undefined } {
  const { prob, actionMask, ...rest } = info;
  assertEquals(rest, {}, "info holds nothing else");
  assert(actionMask === undefined || actionMask instanceof Int8Array);
  return { prob, mask: actionMask?.join("") };
}

function randomState({ state, inc, has_uint32, uinteger }: GoldenRandomState): PCG64State {
  return { state: BigInt(state), inc: BigInt(inc), hasUint32: has_uint32 === 1, uinteger };
}

/** The recorded transition table and initial distribution as a model. */
export function recordedModel(golden: GoldenEnvironment): TabularModel {
  const table = golden.P.map((actions) =>
    actions.map((outcomes) =>
      outcomes.map((
        [probability, next, reward, end],
      ): Outcome => [probability, next, reward, end === 1])
    )
  );
  return tabularModel(table, golden.initial_state_distrib);
}
