/**
 * What a result file holds, as zod schemas: the one place that says it. Reading checks against them,
 * and the JSON Schema published in `results/` is made from them.
 */
import { z } from "zod";

const digest = z.string().regex(/^[0-9a-f]{64}$/).describe("SHA-256 in hexadecimal digits");
const values = z.array(z.number().nullable());
const count = z.int().nonnegative();
const data = z.record(z.string(), z.unknown());

/** Facts about the environment of a result. */
export const environmentFacts = z.strictObject({
  id: z.string().describe("registered id"),
  options: data.describe("options given to make"),
  maxEpisodeSteps: z.int().positive().nullable().describe("steps after which an episode is cut"),
  observationSpace: data,
  actionSpace: data,
  rewardThreshold: z.number().nullable().describe(
    "return at which Gymnasium calls the task solved",
  ),
  optimum: z.number().nullable().describe(
    "expected undiscounted return of the best policy under the step limit, by dynamic programming on " +
      "the exact model; null where no model is known, where the return does not settle, or where " +
      "states look alike and no policy on observations is known to reach it",
  ),
  random: z.number().nullable().describe(
    "expected undiscounted return of the uniformly random policy; null as above",
  ),
});

const scored = z.strictObject({
  mean: z.number().nullable().describe(
    "mean of the returns; null if there is none or it is not finite",
  ),
  returns: values.describe(
    "undiscounted return of each evaluation episode, in the order of its seeds",
  ),
});

/** One seed of a control algorithm. */
export const controlRun = z.strictObject({
  seed: count,
  diverged: count.nullable().describe(
    "the step, in `unit`, at which training came upon a number that is not finite and ended; null if " +
      "it went on to the end",
  ),
  curve: values.describe(
    "mean return of the policy at each of the file's curve steps; null where training had diverged",
  ),
  final: scored.describe("the policy at the end of the budget; no returns if training diverged"),
  exact: z.number().nullable().describe(
    "expected undiscounted return of the final policy under the step limit, by dynamic programming; " +
      "null where no model is known, the policy is stochastic, training diverged, or the return is not " +
      "finite",
  ),
  best: z.strictObject({
    step: count.describe("the first curve step with the highest mean"),
    mean: z.number().nullable().describe(
      "mean return of that policy over the final evaluation seeds",
    ),
  }),
  policy: z.strictObject({
    sha256: digest.describe("of the exported ONNX file"),
    bytes: count,
    checked: count.describe(
      "on how many observations onnxruntime's action was compared with the policy's: every observation " +
        "of a finite space, else every step of the final episodes. Continuous actions agree within 1e-5 " +
        "of their size; discrete ones are the same, or the policy's own preferences for both agree so; " +
        "one in a thousand may be up to a hundred times further off",
    ),
  }).nullable().describe("null if training diverged: there is no final policy"),
});

/** One seed of a prediction algorithm. */
export const predictionRun = z.strictObject({
  seed: count,
  errors: z.array(values).describe(
    "per step size: root mean square error over the states after each of the file's curve steps",
  ),
});

const common = {
  format: z.literal("seedbed-result/1"),
  suite: z.string(),
  entry: z.string().describe("name of the row"),
  title: z.string().describe("the row's name for people"),
  algorithm: z.string(),
  config: data.describe("the full configuration, defaults included"),
  source: z.string().describe("where the configuration comes from"),
  environment: environmentFacts,
  budget: z.int().positive().describe("length of each run, in `unit`"),
  digests: z.strictObject({
    configuration: digest.describe(
      "of suite, entry, algorithm, configuration, environment, budget and evaluation",
    ),
    code: digest.describe("of the modules that can influence the result"),
  }),
};

/** A result file: one algorithm on one environment, all seeds. */
export const resultFile = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("control"),
    ...common,
    unit: z.enum(["environment steps", "sweeps"]),
    evaluation: z.strictObject({
      curveSteps: z.array(count).describe("where the learning curve is measured, in `unit`"),
      curveEpisodes: count,
      curveSeeds: z.tuple([count, count]).describe(
        "first and last reset seed of the curve's episodes",
      ),
      finalEpisodes: count,
      finalSeeds: z.tuple([count, count]).describe(
        "first and last reset seed of the final episodes",
      ),
    }),
    medianSeed: count.describe(
      "the seed with the median final mean, diverged ones counted lowest; its ONNX policy is stored " +
        "beside this file, unless it diverged",
    ),
    runs: z.array(controlRun).min(1),
  }),
  z.strictObject({
    task: z.literal("prediction"),
    ...common,
    unit: z.literal("episodes"),
    evaluation: z.strictObject({ curveSteps: z.array(count), stepSizes: z.array(z.number()) }),
    runs: z.array(predictionRun).min(1),
  }),
]);

/** The parsed content of a result file. */
export type ResultFile = z.infer<typeof resultFile>;
/** A result file of a control algorithm. */
export type ControlResult = Extract<ResultFile, { task: "control" }>;
/** A result file of a prediction algorithm. */
export type PredictionResult = Extract<ResultFile, { task: "prediction" }>;
/** One seed of a control result. */
export type ControlRun = z.infer<typeof controlRun>;
/** One seed of a prediction result. */
export type PredictionRun = z.infer<typeof predictionRun>;
/** Facts about an environment. */
export type EnvironmentFacts = z.infer<typeof environmentFacts>;

/** The JSON Schema (draft 2020-12) of result files. */
export function resultJsonSchema(): unknown {
  return { title: "Seedbed result file", ...z.toJSONSchema(resultFile) };
}

/**
 * Checks the text of a result file.
 *
 * @param text the file's content
 * @param name the file's name, for messages
 * @throws Error in one line: which file, where in it, what would be right
 */
export function parseResult(text: string, name: string): ResultFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `${name} is not JSON (${(error as Error).message}): restore it, or delete it and run again`,
    );
  }
  const format = (json as { format?: unknown } | null)?.format;
  const known = common.format.value;
  if (typeof format === "string" && format !== known) {
    throw new Error(
      `${name} is of another version: found "${format}", this version reads "${known}"; ` +
        `run it again with this version`,
    );
  }
  const parsed = resultFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(
      `${name} is not a result file: at ${issue.path.join(".") || "the top"}: ${issue.message}; ` +
        `restore it, or delete it and run again`,
    );
  }
  return parsed.data;
}
