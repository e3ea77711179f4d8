/**
 * Checks that an environment keeps its contract: the checks of Gymnasium's `check_env` that have a
 * meaning here, and Seedbed's own (saving, writing into a given array, copies that share nothing, the
 * model). Types are checked at run time, since an environment may come from a module nobody compiled.
 */
import { checkModel } from "./check_model.ts";
import { checkSpace } from "./check_spaces.ts";
import type {
  Action,
  Environment,
  EnvironmentSpec,
  Observation,
  ResetOptions,
} from "./environment.ts";
import { makeBare } from "./make_from_spec.ts";
import type { Generator } from "../random/generator.ts";
import { decodeSnapshot, encodeSnapshot } from "../data/snapshot.ts";

/** One thing that is wrong (error) or should be looked at (warning). */
export interface CheckFinding {
  /** Whether it breaks the contract. */
  readonly level: "error" | "warning";
  /** A sentence without the environment's id. */
  readonly message: string;
}

/** How a check tells what it found. */
export type Report = (level: CheckFinding["level"], message: string) => void;

/** How many steps the trajectories that are compared have. */
const STEPS = 40;

/**
 * Checks an environment, or the bare one that a specification makes with its default options.
 *
 * A specification is checked more thoroughly: copies can be compared. Checks build on each other: the
 * first group that finds an error is the last that is done.
 *
 * @returns what was found; nothing if all is well
 */
export function checkEnv(subject: Environment | EnvironmentSpec): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  const report: Report = (level, message) => findings.push({ level, message });
  const probe = new Probe(report);
  const checks = [
    () => probe.use(subject),
    () => checkMembers(probe),
    () => checkSpaces(probe),
    () => checkReset(probe),
    () => checkSeeding(probe),
    () => checkSteps(probe),
    () => checkRepetition(probe),
    () => checkOut(probe),
    () => checkSnapshots(probe),
    () => checkCopies(probe),
    () => checkModel(probe.environment, report),
  ];
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report("error", `${probe.doing} fails: ${reason}`);
    }
    if (findings.some(({ level }) => level === "error")) break;
  }
  return findings;
}

/** A copy of what one call returned. */
interface Outcome {
  /** The call, for messages. */
  readonly call: string;
  readonly observation: unknown;
  readonly reward: unknown;
  readonly terminated: unknown;
  readonly truncated: unknown;
  readonly info: unknown;
}

/** The environment under test, with a note of what is being done to it. */
class Probe {
  environment!: Environment;
  /** Makes one more copy; null if only one environment was given. */
  copy: (() => Environment) | null = null;
  /** What is being done: the subject of an error message. */
  doing = "making the environment";

  constructor(readonly report: Report) {}

  use(subject: Environment | EnvironmentSpec): void {
    if (typeof subject !== "object" || subject === null) {
      this.report("error", `the environment is ${show(subject)}, not an object`);
    } else if ("create" in subject) {
      this.copy = () => makeBare(subject);
      this.environment = this.copy();
      if (this.environment?.id !== subject.id) {
        this.report(
          "error",
          `its id is ${this.environment?.id}, but its specification's is ${subject.id}`,
        );
      }
    } else {
      this.environment = subject;
    }
  }

  reset(options?: ResetOptions, out?: Observation): Outcome {
    return this.#resetOf(this.environment, options, out);
  }

  /** Does the actions one after the other and resets where an episode ends. */
  play(actions: readonly Action[], out?: Observation, environment = this.environment): Outcome[] {
    return actions.flatMap((action, i) => {
      const step = this.#stepOf(environment, `step ${i + 1}`, action, out);
      if (!step.terminated && !step.truncated) return [step];
      return [step, this.#resetOf(environment, undefined, out)];
    });
  }

  /** The same actions each time. */
  actions(count: number): Action[] {
    this.doing = "actionSpace.sample()";
    const { actionSpace } = this.environment;
    actionSpace.seed(123);
    return Array.from({ length: count }, () => actionSpace.sample());
  }

  /** What decides the environment's random draws, as text. */
  generator(): string {
    this.doing = "reading random.bits.state";
    return stateOf(this.environment.random);
  }

  #resetOf(environment: Environment, options?: ResetOptions, out?: Observation): Outcome {
    const call = `reset(${options === undefined ? "" : show(options)})`;
    this.doing = call;
    const { observation, info } = environment.reset(options, out) ?? {};
    const none = { reward: undefined, terminated: undefined, truncated: undefined };
    return this.#outcome({ call, observation, info, ...none }, out);
  }

  #stepOf(environment: Environment, call: string, action: Action, out?: Observation): Outcome {
    this.doing = `${call} (action ${show(action)})`;
    const { observation, reward, terminated, truncated, info } = environment.step(action, out) ??
      {};
    return this.#outcome({ call, observation, reward, terminated, truncated, info }, out);
  }

  #outcome(outcome: Outcome, out?: Observation): Outcome {
    if (out !== undefined && outcome.observation !== out) {
      throw new Error("the observation is not written into the array that is given for it");
    }
    return { ...outcome, observation: copyOf(outcome.observation), info: copyOf(outcome.info) };
  }
}

function checkMembers({ environment, report }: Probe): void {
  for (const name of ["reset", "step", "save", "restore"] as const) {
    if (typeof environment[name] !== "function") report("error", `${name} is not a function`);
  }
  if (typeof environment.id !== "string") {
    report("error", `id is ${show(environment.id)}, not a text`);
  }
  if (environment.unwrapped !== environment) {
    report("warning", "it is wrapped: check the environment without its wrappers");
  }
}

function checkSpaces(probe: Probe): void {
  const { environment: { observationSpace, actionSpace }, report } = probe;
  probe.doing = "checking the observation space";
  checkSpace(observationSpace, "observation space", report);
  probe.doing = "checking the action space";
  checkSpace(actionSpace, "action space", report);
}

function checkReset(probe: Probe): void {
  checkOutcome(probe, probe.reset({ seed: 123 }));
  checkOutcome(probe, probe.reset());
  checkOutcome(probe, probe.reset({ options: {} }));
}

function checkSeeding(probe: Probe): void {
  const { report } = probe;
  const first = [probe.reset({ seed: 123 })];
  const state = probe.generator();
  const generator = probe.environment.random;
  first.push(probe.reset());
  const later = stateOf(generator);
  const second = [probe.reset({ seed: 123 })];
  if (probe.generator() !== state) {
    report("error", "after reset with the same seed, random is not in the same state");
  } else if (stateOf(generator) !== later) {
    report("error", "reset with a seed rewinds the generator in place of making a new one");
  }
  second.push(probe.reset());
  const difference = differenceOf(first, second);
  if (difference !== null) report("error", `the same seed gives different resets: ${difference}`);
  probe.reset({ seed: 456 });
  if (probe.generator() === state) {
    report(
      "error",
      "reset with another seed leaves random in the same state: the seed is not used",
    );
  }
  let refused = false;
  try {
    probe.reset({ seed: -1 });
  } catch {
    refused = true;
  }
  if (!refused) report("error", "reset accepts the seed -1; a seed must be a whole number >= 0");
}

function checkSteps(probe: Probe): void {
  probe.reset({ seed: 123 });
  const outcomes = probe.play(probe.actions(STEPS));
  if (outcomes[0].truncated === true) {
    probe.report("error", "the first step is truncated: time limits are the wrapper's matter");
  }
  const infinite = outcomes.find(({ reward }) => reward === Infinity || reward === -Infinity);
  if (infinite !== undefined) {
    probe.report("warning", `${infinite.call}: reward is ${infinite.reward}`);
  }
  for (const outcome of outcomes) {
    if (!checkOutcome(probe, outcome)) break;
  }
}

/** @returns whether nothing was found */
function checkOutcome({ environment, report }: Probe, outcome: Outcome): boolean {
  const { call, observation, reward, terminated, truncated, info } = outcome;
  const problems: string[] = [];
  if (!environment.observationSpace.contains(observation)) {
    problems.push(`observation ${show(observation)} is not in the observation space`);
  }
  if (typeof info !== "object" || info === null) {
    problems.push(`info is ${show(info)}, not an object`);
  }
  if (!call.startsWith("reset")) {
    if (typeof reward !== "number" || Number.isNaN(reward)) {
      problems.push(`reward is ${show(reward)}, not a number`);
    }
    for (const [name, flag] of Object.entries({ terminated, truncated })) {
      if (typeof flag !== "boolean") problems.push(`${name} is ${show(flag)}, not true or false`);
    }
  }
  for (const problem of problems) report("error", `${call}: ${problem}`);
  return problems.length === 0;
}

function checkRepetition(probe: Probe): void {
  const actions = probe.actions(STEPS);
  const [first, second] = [0, 1].map(() => [probe.reset({ seed: 123 }), ...probe.play(actions)]);
  const difference = differenceOf(first, second);
  if (difference !== null) {
    probe.report("error", `the same seed and actions give different episodes: ${difference}`);
  }
}

function checkOut(probe: Probe): void {
  const actions = probe.actions(STEPS);
  const own = [probe.reset({ seed: 123 }), ...probe.play(actions)];
  const observation = own[0].observation as Observation;
  if (typeof observation === "number") return;
  const out = observation.slice();
  const given = [probe.reset({ seed: 123 }, out), ...probe.play(actions, out)];
  const difference = differenceOf(own, given);
  if (difference !== null) {
    probe.report("error", `observations differ when an array is given for them: ${difference}`);
  }
}

function checkSnapshots(probe: Probe): void {
  const { environment, report } = probe;
  const actions = probe.actions(2 * STEPS);
  probe.reset({ seed: 123 });
  probe.play(actions.slice(0, STEPS));
  probe.doing = "save()";
  const snapshot = environment.save();
  const bytes = encodeSnapshot(snapshot);
  const expected = probe.play(actions.slice(STEPS));
  probe.doing = "save()";
  if (encodeSnapshot(snapshot).toString() !== bytes.toString()) {
    report("error", "what save() returned changes when the environment goes on: save copies");
  }
  const restored = [environment, ...(probe.copy === null ? [] : [probe.copy()])];
  for (const other of restored) {
    probe.doing = "restore()";
    other.restore(decodeSnapshot(bytes));
    const difference = differenceOf(expected, probe.play(actions.slice(STEPS), undefined, other));
    if (difference === null) continue;
    const where = other === environment ? "" : " into another copy";
    report("error", `after restore()${where} it goes on differently: ${difference}`);
  }
}

function checkCopies(probe: Probe): void {
  if (probe.copy === null) return;
  const actions = probe.actions(STEPS);
  const alone = [probe.reset({ seed: 123 }), ...probe.play(actions)];
  const other = probe.copy();
  other.reset({ seed: 456 });
  const beside = [probe.reset({ seed: 123 })];
  for (const [i, action] of actions.entries()) {
    probe.play([actions[actions.length - 1 - i]], undefined, other);
    beside.push(...probe.play([action]).map((outcome) => ({ ...outcome, call: `step ${i + 1}` })));
  }
  const difference = differenceOf(alone, beside);
  if (difference !== null) {
    probe.report(
      "error",
      `two copies share something: stepping one changes the other (${difference})`,
    );
  }
}

function stateOf(random: Generator): string {
  return encodeSnapshot(random.bits.state).toString();
}

/** The first difference in words, or null. */
function differenceOf(first: readonly Outcome[], second: readonly Outcome[]): string | null {
  for (const [i, a] of first.entries()) {
    const b = second[i];
    for (const name of ["observation", "reward", "terminated", "truncated", "info"] as const) {
      if (!equal(a[name], b[name])) {
        return `${a.call}: ${name} ${show(a[name])} and ${show(b[name])}`;
      }
    }
  }
  return null;
}

/** Equal in depth: numbers to the bit, arrays of the same class. */
function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    return Object.is(a, b);
  }
  const keys = Object.keys(a);
  return a.constructor === b.constructor && keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) &&
      equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}

/** A copy in depth of arrays and plain objects; anything else as it is. */
function copyOf(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(entry)]));
}

/** A value in short, for messages. */
function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name} [${
      Array.from(value as unknown as ArrayLike<number>).slice(0, 8)
    }]`;
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(", ")}]`;
  return `{${Object.entries(value).map(([key, entry]) => `${key}: ${show(entry)}`).join(", ")}}`;
}
