/**
 * Proof that an exported policy is the policy: runs the ONNX model with onnxruntime and compares its
 * actions with those of the policy itself, on every observation there is or, where they are too
 * many, on every step of an evaluation.
 */
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { Policy } from "../../algorithms/algorithm.ts";
import type { SpaceDescription } from "../../envs/spaces/space.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { PolicyRecorder, type PolicySamples, sameState, textOf } from "./policy_recorder.ts";

/**
 * How far numbers may be off, relative to their size, as engines differ in the order of their sums: the
 * elements of continuous actions, and the preferences that discrete ones are chosen by.
 */
export const tolerance = 1e-5;

/**
 * Where large terms of a sum cancel, float32 leaves fewer digits. So one step in so many may be beyond
 * the tolerance, but by no more than this factor.
 */
const rare = 1000, furthest = 100;

/** Observations given to onnxruntime at once: enough to make a call's overhead vanish. */
const batchSize = 4096;

/** A space with more observations than this is not enumerated. */
const maxObservations = 1 << 20;

/** What a comparison found. */
export interface Parity {
  /** How many actions were compared. */
  readonly checked: number;
  /**
   * The largest difference, relative to the largest action or to 1 if that is larger; of discrete actions
   * that are not the same, how much the policy prefers its own, relative to that preference or to 1.
   */
  readonly maxDifference: number;
}

/**
 * Compares a policy with its ONNX model.
 *
 * A deterministic policy over finitely many observations is compared on all of them; any other one
 * on the recorded steps, with the noise that was drawn in them. Elements of continuous actions may
 * differ by 1e-5; discrete actions must be the same, unless the policy's own preferences for both are
 * as close as that. One step in a thousand may be up to a hundred times further off.
 *
 * @param bytes the model
 * @param observationSpace of the environment that the policy acts in
 * @param recorded what a `PolicyRecorder` saw
 * @throws Error if the model cannot be run or an action differs; the message names the first such
 *   observation
 */
export async function checkParity(
  policy: Policy,
  bytes: Uint8Array,
  observationSpace: SpaceDescription,
  recorded: PolicySamples,
): Promise<Parity> {
  const samples = everyObservation(policy, observationSpace) ?? recorded;
  const model = await openModel(bytes);
  try {
    return await compareActions(model, samples, (row, own, other) => {
      const observation = observationSpace.type === "Discrete" ? row[0] : row;
      return preferenceGap(policy.preferences?.(observation) ?? [], other - own);
    });
  } finally {
    await model.release();
  }
}

/**
 * A deterministic policy's actions on every observation of a space, the last component varying
 * fastest.
 *
 * @returns undefined if the policy is stochastic or the observations are not integers or tuples of
 *   integers, or too many
 * @throws Error if the policy draws random numbers although its noise is 0
 */
export function everyObservation(
  policy: Policy,
  space: SpaceDescription,
): PolicySamples | undefined {
  const components = componentsOf(space);
  if (policy.noise !== 0 || components === undefined) return undefined;
  const count = components.reduce((product, { n }) => product * n, 1);
  if (count > maxObservations) return undefined;

  const random = defaultGenerator(0);
  const untouched = random.bits.state;
  const recorder = new PolicyRecorder(policy);
  const tuple = Int32Array.from(components, ({ start }) => start);
  for (let row = 0; row < count; row++) {
    recorder.act(space.type === "Discrete" ? tuple[0] : tuple, random);
    for (let i = tuple.length - 1; i >= 0; i--) {
      if (++tuple[i] < components[i].start + components[i].n) break;
      tuple[i] = components[i].start;
    }
  }
  if (!sameState(random, untouched)) {
    throw new Error(
      "the policy's noise is 0, so it must not draw random numbers",
    );
  }
  return recorder.samples();
}

/** A policy's model, ready to run. */
export interface PolicyModel {
  /**
   * Actions for a batch of observations, all in one call.
   *
   * @param batch rows as in `PolicySamples`; without noise for a deterministic policy
   * @returns int64 for discrete actions, float32 for continuous ones, row by row
   * @throws Error if the model does not take such observations or fails on them
   */
  run(
    batch: Omit<PolicySamples, "actions">,
  ): Promise<BigInt64Array | Float32Array>;
  /** Frees the model's memory. */
  release(): Promise<void>;
}

/**
 * Opens a model with onnxruntime, on one thread. Needs the permission `ffi` for node_modules.
 *
 * It takes bytes, not a path: onnxruntime's own file access would pass Deno's permissions by.
 *
 * @throws Error if onnxruntime does not accept the model or it is not a policy's
 */
export async function openModel(bytes: Uint8Array): Promise<PolicyModel> {
  // Imported here, so that what only names this module's types loads no native code.
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 4, // failures are thrown; they need not be printed as well
  }).catch((error) => {
    throw new Error(
      `onnxruntime does not accept the model: ${messageOf(error)}`,
    );
  });
  const inputs = [...session.inputNames].sort().join();
  if (
    !["observation", "noise,observation"].includes(inputs) ||
    session.outputNames.join() !== "action"
  ) {
    await session.release();
    throw new Error(
      "a policy's model has the inputs observation and, if stochastic, noise and the output action, not " +
        `[${session.inputNames.join(", ")}] and [${session.outputNames.join(", ")}]`,
    );
  }

  return {
    async run({ rows, observations, noise }) {
      const given: Record<string, BigInt64Array | Float32Array> = {
        observation: observations instanceof Float32Array
          ? observations
          : BigInt64Array.from(observations, BigInt),
        noise,
      };
      const feeds: Record<string, OnnxTensor> = {};
      for (const input of session.inputMetadata) {
        const data = given[input.name];
        feeds[input.name] = new Tensor(data, shapeFor(input, data, rows));
      }
      try {
        const { action } = await session.run(feeds);
        return action.data as BigInt64Array | Float32Array;
      } catch (error) {
        throw new Error(
          `onnxruntime fails to run the model: ${messageOf(error)}`,
        );
      }
    },
    release: () => session.release(),
  };
}

/** The shape of an input for so many rows; its first dimension is the batch. */
function shapeFor(
  input: InferenceSession.ValueMetadata,
  data: BigInt64Array | Float32Array,
  rows: number,
): number[] {
  if (!input.isTensor) {
    throw new Error(`the model's ${input.name} is not a tensor`);
  }
  const shape = [rows, ...input.shape.slice(1).map(Number)];
  const type = data instanceof Float32Array ? "float32" : "int64";
  if (
    input.type !== type ||
    shape.reduce((product, length) => product * length, 1) !== data.length
  ) {
    throw new Error(
      `the model's ${input.name} is ${input.type} [${input.shape.join(", ")}], ` +
        `which ${data.length} ${type} numbers in ${rows} rows are not`,
    );
  }
  return shape;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Compares the model's actions with those of the samples.
 *
 * @param gapOf how much the policy prefers its own discrete action to the model's on an observation
 * @throws Error at the first action that differs, or if there is nothing to compare
 */
export async function compareActions(
  model: PolicyModel,
  samples: PolicySamples,
  gapOf: (row: PolicySamples["observations"], own: number, other: number) => number = () =>
    Infinity,
): Promise<Parity> {
  if (samples.rows === 0) {
    throw new Error(
      "there is no observation to compare the policy and its model on",
    );
  }
  let size = 1;
  for (const value of samples.actions) {
    if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  }
  let maxDifference = 0;
  let beyond = 0;
  for (let start = 0; start < samples.rows; start += batchSize) {
    const batch = rowsOf(
      samples,
      start,
      Math.min(start + batchSize, samples.rows),
    );
    const expected = batch.actions;
    const actual = await model.run(batch);
    const discrete = expected instanceof Int32Array;
    if (
      discrete !== actual instanceof BigInt64Array ||
      expected.length !== actual.length
    ) {
      throw new Error(
        `the policy answers ${batch.rows} observations by ${expected.length} ` +
          `${discrete ? "integers" : "floats"}, its model by ${actual.length} ` +
          `${actual instanceof BigInt64Array ? "integers" : "floats"}`,
      );
    }
    for (let i = 0; i < expected.length; i++) {
      const own = expected[i], other = Number(actual[i]);
      let difference = differenceOf(other, own);
      if (discrete && difference > 0) {
        difference = gapOf(rowsOf(batch, i, i + 1).observations, own, other);
      } else {
        difference /= size;
      }
      // Negated, so that a NaN on one side fails.
      if (!(difference <= tolerance)) {
        beyond++;
        if (!(difference <= furthest * tolerance) || beyond > samples.rows / rare) {
          throw disagreement(
            batch,
            actual,
            Math.floor(i * batch.rows / expected.length),
          );
        }
      }
      maxDifference = Math.max(maxDifference, difference);
    }
  }
  return { checked: samples.rows, maxDifference };
}

/**
 * How much the preferred action is preferred to the one at a distance from it, relative to the greatest
 * preference or to 1; NaN if there is no such action.
 *
 * @param preferences the policy's, of which the first greatest decides its action
 */
function preferenceGap(preferences: ArrayLike<number>, distance: number): number {
  let best = 0;
  for (let i = 1; i < preferences.length; i++) if (preferences[i] > preferences[best]) best = i;
  const greatest = preferences[best];
  return (greatest - preferences[best + distance]) / Math.max(1, Math.abs(greatest));
}

/** Zero for two NaNs and for equal infinities; NaN if one side alone is NaN. */
function differenceOf(a: number, b: number): number {
  return a === b || Object.is(a, b) ? 0 : Math.abs(a - b);
}

function disagreement(
  batch: PolicySamples,
  actual: BigInt64Array | Float32Array,
  row: number,
): Error {
  const { observations, noise, actions } = rowsOf(batch, row, row + 1);
  const width = actions.length;
  return new Error(
    `on observation ${textOf(observations)}` +
      (noise.length > 0 ? ` with noise ${textOf(noise)}` : "") +
      ` the policy's action is ${textOf(actions)}, ` +
      `its ONNX model's is ${textOf(actual.subarray(row * width, (row + 1) * width))}`,
  );
}

/** Rows from `start` up to `end`: views. */
function rowsOf(
  { rows, observations, noise, actions }: PolicySamples,
  start: number,
  end: number,
): PolicySamples {
  const slice = <T extends Int32Array | Float32Array>(array: T): T => {
    const width = array.length / rows;
    return array.subarray(start * width, end * width) as T;
  };
  return {
    rows: end - start,
    observations: slice(observations),
    noise: slice(noise),
    actions: slice(actions),
  };
}

/** The ranges of the integers that make up an observation. */
function componentsOf(
  space: SpaceDescription,
): { n: number; start: number }[] | undefined {
  switch (space.type) {
    case "Discrete":
      return [space];
    case "MultiDiscrete":
      return space.nvec.map((n, i) => ({ n, start: space.start[i] }));
    case "Tuple": {
      const discrete = space.spaces.filter((member) => member.type === "Discrete");
      return discrete.length === space.spaces.length ? discrete : undefined;
    }
    default:
      return undefined;
  }
}
