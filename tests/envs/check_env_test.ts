import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { builtin } from "../../envs/builtin.ts";
import { checkEnv, type CheckFinding } from "../../envs/check_env.ts";
import type { Environment, EnvironmentSpec, ResetOptions } from "../../envs/environment.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { Box } from "../../envs/spaces/box.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { DictSpace } from "../../envs/spaces/dict.ts";
import type { Space } from "../../envs/spaces/space.ts";
import { TupleSpace } from "../../envs/spaces/tuple.ts";
import type { TabularModel } from "../../envs/tabular_model.ts";
import { frozenLake, type FrozenLakeOptions } from "../../envs/toy_text/frozen_lake.ts";
import { TimeLimit } from "../../envs/wrappers/time_limit.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { Countdown, countdown } from "./countdown.ts";

/** The warnings that built-in environments are known to get, as in Gymnasium. */
const knownWarnings: Readonly<Record<string, readonly string[]>> = {
  "CartPole-v0": ["low of -Infinity", "high of Infinity"],
  "CartPole-v1": ["low of -Infinity", "high of Infinity"],
  "Pendulum-v1": ["action space should be symmetric"],
};

for (const spec of builtin) {
  Deno.test(`${spec.id} passes, with the warnings that Gymnasium gives`, () => {
    assertFindings(checkEnv(spec), knownWarnings[spec.id] ?? [], "warning");
  });
}

/** Fails unless there are exactly these findings, in this order, all of one level. */
function assertFindings(
  findings: readonly CheckFinding[],
  messages: readonly string[],
  level: CheckFinding["level"],
): void {
  assertEquals(findings.length, messages.length, JSON.stringify(findings));
  findings.forEach((finding, i) => {
    assertStringIncludes(finding.message, messages[i]);
    assertEquals(finding.level, level, finding.message);
  });
}

/** A specification of environments of this class. */
function specOf(type: new () => Environment): EnvironmentSpec {
  return { ...countdown, options: z.strictObject({}), create: () => new type() };
}

/** A Countdown with some members in place of its own; not typed, as in a module nobody compiled. */
function withMembers(members: Readonly<Record<string, unknown>>): EnvironmentSpec {
  return {
    ...countdown,
    create: () =>
      Object.defineProperties(
        new Countdown(),
        Object.getOwnPropertyDescriptors(members),
      ) as Environment,
  };
}

/** A Countdown whose results are changed on the way out. */
function withResult(
  change: (result: Record<string, unknown>, call: "reset" | "step") => unknown,
): EnvironmentSpec {
  class Changed extends Countdown {
    override reset(...args: Parameters<Countdown["reset"]>) {
      return change({ ...super.reset(...args) }, "reset") as ReturnType<Countdown["reset"]>;
    }
    override step(...args: Parameters<Countdown["step"]>) {
      return change({ ...super.step(...args) }, "step") as ReturnType<Countdown["step"]>;
    }
  }
  return specOf(Changed);
}

/** A Countdown with another space of one kind. */
function withSpace(
  name: "observationSpace" | "actionSpace",
  description: unknown,
): EnvironmentSpec {
  const space = { description, seed() {}, sample: () => 0, contains: () => true };
  return withMembers({ [name]: space });
}

Deno.test("a sound environment gives no findings, as specification, alone, and wrapped but for a warning", () => {
  assertEquals(checkEnv(countdown), []);
  assertEquals(checkEnv(new Countdown()), []);
  assertFindings(checkEnv(new TimeLimit(new Countdown(), 3)), ["it is wrapped"], "warning");
});

const discrete = { type: "Discrete", n: 2, start: 0 } as const;
const box = { type: "Box", dtype: "float32", shape: [1], low: [0], high: [1] } as const;

const broken: Readonly<Record<string, readonly [EnvironmentSpec, ...string[]]>> = {
  "create fails": [
    {
      ...countdown,
      create: () => {
        throw new Error("no file");
      },
    },
    "making the environment fails: no file",
  ],
  "options have no defaults": [
    { ...countdown, options: z.strictObject({ pay: z.number() }) },
    "making the environment fails: Countdown-v0: option pay: Invalid input",
  ],
  "another id than the specification's": [
    { ...countdown, id: "Other-v0" },
    "its id is Countdown-v0, but its specification's is Other-v0",
  ],
  "no methods": [
    withMembers({ reset: undefined, step: 1, save: null, restore: undefined }),
    "reset is not a function",
    "step is not a function",
    "save is not a function",
    "restore is not a function",
  ],
  "no observation space": [
    withMembers({ observationSpace: undefined }),
    "the observation space is no space: it has no method sample",
  ],
  "no action space": [
    withMembers({ actionSpace: { sample: () => 0 } }),
    "the action space is no space: it has no method contains",
  ],
  "a space without description": [
    withSpace("actionSpace", undefined),
    "the action space has no description of a known type",
  ],
  "Discrete without values": [
    withSpace("actionSpace", { ...discrete, n: 0 }),
    "the action space has n = 0, which must be a whole number >= 1",
  ],
  "Box with fewer bounds than elements": [
    withSpace("observationSpace", { ...box, shape: [2] }),
    "the observation space has shape [2] but 1 low and 1 high bounds",
  ],
  "Box with low above high": [
    withSpace("observationSpace", { ...box, low: [2] }),
    "the observation space has low[0] = 2 above high[0] = 1",
  ],
  "MultiDiscrete with fewer starts": [
    withSpace("actionSpace", { type: "MultiDiscrete", nvec: [2, 2], start: [0] }),
    "the action space has 2 entries in nvec but 1 in start",
  ],
  "MultiDiscrete without values": [
    withSpace("actionSpace", { type: "MultiDiscrete", nvec: [2, 0], start: [0, 0] }),
    "the action space has nvec [2,0]",
  ],
  "MultiBinary without elements": [
    withSpace("actionSpace", { type: "MultiBinary", shape: [0] }),
    "the action space has shape [0]",
  ],
  "an empty tuple": [
    withSpace("actionSpace", { type: "Tuple", spaces: [] }),
    "the action space is an empty Tuple",
  ],
  "an empty dict": [
    withSpace("actionSpace", { type: "Dict", spaces: [] }),
    "the action space is an empty Dict",
  ],
  "an impossible member of a tuple": [
    withSpace("actionSpace", { type: "Tuple", spaces: [discrete, { ...discrete, n: -1 }] }),
    "the action space[1] has n = -1",
  ],
  "an impossible member of a dict": [
    withSpace("actionSpace", {
      type: "Dict",
      spaces: [["a", discrete], ["b", { type: "Tuple", spaces: [] }]],
    }),
    "the action space.b is an empty Tuple",
  ],
  "samples outside the space": [
    withMembers({ actionSpace: Object.assign(new Discrete(2), { sample: () => 2 }) }),
    "a sample of the action space is not contained in it",
  ],
  "reset fails": [
    withMembers({
      reset() {
        throw new Error("no state");
      },
    }),
    "reset({seed: 123}) fails: no state",
  ],
  "reset returns nothing": [
    withMembers({ reset: () => undefined }),
    "reset({seed: 123}): observation undefined is not in the observation space",
    "reset({seed: 123}): info is undefined, not an object",
    "observation undefined",
    "info is undefined",
    "observation undefined",
    "info is undefined",
  ],
  "reset refuses options": [
    withMembers({
      reset(options?: ResetOptions) {
        if (options?.options) throw new Error("no options");
        return Countdown.prototype.reset.call(this as unknown as Countdown, options);
      },
    }),
    "reset({options: {}}) fails: no options",
  ],
  "an observation outside the space after a step": [
    withResult((result, call) =>
      call === "step" ? { ...result, observation: Float32Array.of(9, 0) } : result
    ),
    "step 1: observation Float32Array [9,0] is not in the observation space",
  ],
  "an observation of another class": [
    withResult((result, call) => call === "step" ? { ...result, observation: [1, 0] } : result),
    "step 1: observation [1, 0] is not in the observation space",
  ],
  "no seeding": [
    specOf(
      class extends Countdown {
        override reset(_options?: ResetOptions, out?: Float32Array) {
          return super.reset({}, out);
        }
      },
    ),
    "after reset with the same seed, random is not in the same state",
    "reset accepts the seed -1",
  ],
  "the same stream for every seed": [
    specOf(
      class extends Countdown {
        override reset({ seed }: ResetOptions = {}, out?: Float32Array) {
          return super.reset({ seed: seed === undefined ? undefined : 1 }, out);
        }
      },
    ),
    "reset with another seed leaves random in the same state",
    "reset accepts the seed -1",
  ],
  "a generator that is rewound": [
    specOf(
      class extends Countdown {
        override reset({ seed }: ResetOptions = {}, out?: Float32Array) {
          if (seed !== undefined) this.random.bits.state = defaultGenerator(seed).bits.state;
          return super.reset({}, out);
        }
      },
    ),
    "reset with a seed rewinds the generator in place of making a new one",
  ],
  "a wrong seed that is accepted": [
    specOf(
      class extends Countdown {
        override reset({ seed }: ResetOptions = {}, out?: Float32Array) {
          return super.reset(
            { seed: seed === undefined ? undefined : Math.abs(Number(seed)) },
            out,
          );
        }
      },
    ),
    "reset accepts the seed -1; a seed must be a whole number >= 0",
  ],
  "a first observation that the seed does not decide": [
    specOf(
      class extends Countdown {
        #resets = 0;
        override reset(...args: Parameters<Countdown["reset"]>) {
          const start = super.reset(...args);
          start.observation[0] = this.#resets++ % 3;
          return start;
        }
      },
    ),
    "the same seed gives different resets: reset({seed: 123}): observation",
  ],
  "no generator": [
    withMembers({ random: undefined, reset: alike, step: alike }),
    "reading random.bits.state fails",
  ],
  "step fails": [
    withMembers({
      step() {
        throw new RangeError("off the map");
      },
    }),
    "step 1 (action 0) fails: off the map",
  ],
  "step returns a list": [
    withResult((result, call) => call === "step" ? Object.values(result) : result),
    "observation undefined",
    "info is undefined",
    "reward is undefined, not a number",
    "terminated is undefined, not true or false",
    "truncated is undefined, not true or false",
  ],
  "a reward that is no number": [
    withResult((result) => ({ ...result, reward: "1" })),
    'step 1: reward is "1", not a number',
  ],
  "a reward of NaN": [
    withResult((result) => ({ ...result, reward: NaN })),
    "step 1: reward is NaN, not a number",
  ],
  "flags that are numbers": [
    withResult((result) => ({ ...result, terminated: 0, truncated: 0 })),
    "step 1: terminated is 0, not true or false",
    "step 1: truncated is 0, not true or false",
  ],
  "an info that is no object": [
    withResult((result, call) => call === "step" ? { ...result, info: null } : result),
    "step 1: info is null, not an object",
  ],
  "truncation from the first step on": [
    withResult((result) => ({ ...result, truncated: true })),
    "the first step is truncated",
  ],
  "steps that the seed does not decide": [
    specOf(
      class extends Countdown {
        #steps = 0;
        override step(action: number, out?: Float32Array) {
          return { ...super.step(action, out), reward: this.#steps++ };
        }
      },
    ),
    "the same seed and actions give different episodes: step 1: reward 40 and 80",
  ],
  "an info that the seed does not decide": [
    specOf(
      class extends Countdown {
        #steps = 0;
        override step(action: number, out?: Float32Array) {
          return { ...super.step(action, out), info: { deep: [this.#steps++] } };
        }
      },
    ),
    "the same seed and actions give different episodes: step 1: info {deep: [40]} and {deep: [80]}",
  ],
  "an array for the observation that is ignored": [
    specOf(
      class extends Countdown {
        override step(action: number) {
          return super.step(action);
        }
      },
    ),
    "step 1 (action 0) fails: the observation is not written into the array that is given for it",
  ],
  "an array for the observation that is half filled": [
    specOf(
      class extends Countdown {
        override step(action: number, out?: Float32Array) {
          const { observation, ...rest } = super.step(action);
          out?.set(observation.subarray(0, 1));
          return { observation: out ?? observation, ...rest };
        }
      },
    ),
    "observations differ when an array is given for them: step 1: observation",
  ],
  "a snapshot that is no plain data": [
    specOf(
      class extends Countdown {
        override save() {
          return { random: this.random as unknown as Snapshot };
        }
      },
    ),
    "save() fails: snapshot.random: a snapshot cannot hold an instance of Generator",
  ],
  "a snapshot that is the state itself": [
    specOf(
      class extends Countdown {
        override save() {
          return { ...super.save() as object, own: this.own };
        }
      },
    ),
    "what save() returned changes when the environment goes on",
  ],
  "a restore that fails": [
    withMembers({
      restore() {
        throw new Error("not today");
      },
    }),
    "restore() fails: not today",
  ],
  "a snapshot without the state": [
    specOf(
      class extends Countdown {
        override restore(snapshot: Snapshot) {
          super.restore({ ...snapshot as object, count: 5 });
        }
      },
    ),
    "after restore() it goes on differently: step 1: observation",
    "after restore() into another copy it goes on differently: step 1: observation",
  ],
  "a snapshot that only its own copy understands": [
    specOf(
      class extends Countdown {
        #saved: Snapshot = null;
        override save() {
          this.#saved = super.save();
          return 1;
        }
        override restore() {
          if (this.#saved !== null) super.restore(this.#saved);
        }
      },
    ),
    "after restore() into another copy it goes on differently",
  ],
  "a state that copies share": [
    withMembers({
      get count() {
        return sharedCount;
      },
      set count(count: number) {
        sharedCount = count;
      },
    }),
    "two copies share something: stepping one changes the other (step 1: observation",
  ],
  "a model with other actions": [
    withModel({ actions: 3 }),
    "the model has 3 actions, but the action space 4",
  ],
  "a model with too few offsets": [
    withModel({ offsets: new Int32Array(1) }),
    "the model must have states * actions + 1 offsets, the first one 0",
  ],
  "a model with too few outcomes": [
    withModel({ reward: new Float64Array(1) }),
    "the model has 1 entries in reward, but",
  ],
  "a model with too few states": [
    withModel({ initial: Float64Array.of(1) }),
    "the model must have an entry of initial and of observation for each of its 16 states",
  ],
  "a model without start": [
    withModel({ initial: new Float64Array(16) }),
    "the model has probabilities in initial that are negative or do not sum to 1",
  ],
  "a model that leads nowhere": [
    withModel(({ next }) => ({ next: next.map((state, i) => i === 5 ? 16 : state) })),
    "the model leads to a state that it does not have",
  ],
  "a model that shows what cannot be seen": [
    withModel(({ observation }) => ({ observation: observation.map((index) => index - 1) })),
    "the model shows an observation that the observation space does not have",
  ],
  "a model whose probabilities do not sum to 1": [
    withModel(({ probability }) => ({
      probability: probability.map((p, i) => i === 15 ? 0.5 : p),
    })),
    "the model has probabilities for state 1, action 1 that are negative or do not sum to 1",
  ],
};

let sharedCount = 0;

/** A Countdown whose step does nothing: for environments that have no generator. */
function alike() {
  return {
    observation: new Float32Array(2),
    reward: 0,
    terminated: false,
    truncated: false,
    info: {},
  };
}

/** FrozenLake with a changed model. */
function withModel(
  change: Partial<TabularModel> | ((model: TabularModel) => Partial<TabularModel>),
): EnvironmentSpec {
  return {
    ...frozenLake,
    create: (options) => {
      const env = frozenLake.create(options as FrozenLakeOptions);
      const model = env.model!;
      const value = { ...model, ...(typeof change === "function" ? change(model) : change) };
      return Object.defineProperty(env, "model", { value });
    },
  };
}

for (const [what, [spec, ...messages]] of Object.entries(broken)) {
  Deno.test(`found: ${what}`, () => assertFindings(checkEnv(spec), messages, "error"));
}

const doubtful: Readonly<Record<string, readonly [EnvironmentSpec, ...string[]]>> = {
  "infinite rewards": [
    withResult((result) => ({
      ...result,
      reward: (result.observation as Float32Array)[0] < 0 ? -Infinity : 0,
    })),
    "reward is -Infinity",
  ],
  "infinite bounds": [
    withMembers({ observationSpace: new Box(-Infinity, Infinity, [2]) }),
    "the observation space has a low of -Infinity",
    "the observation space has a high of Infinity",
  ],
  "bounds that are equal": [
    specOf(
      class extends Countdown {
        override readonly observationSpace = new Box([-2, 0], [5, 3]);
        constructor() {
          super();
          this.observationSpace = new Box([-2, 7], [5, 7]);
        }
        override show(decrease: number, reward: number, out: Float32Array) {
          const step = super.show(decrease, reward, out);
          out[1] = 7;
          return step;
        }
      },
    ),
    "the observation space has an element whose low and high are equal",
  ],
  "actions beyond 1": [
    withActions(new Box(-2, 2)),
    "the action space should be symmetric or start at 0, and lie in [-1, 1]",
  ],
  "actions that are lopsided": [
    withActions(new Box(-1, 0.5)),
    "the action space should be symmetric or start at 0, and lie in [-1, 1]",
  ],
  "actions in a tuple beyond 1": [
    withActions(new TupleSpace([new Box(-2, 2), new Box(0, 1)])),
    "the action space should be symmetric or start at 0, and lie in [-1, 1]",
  ],
  "actions in a dict beyond 1": [
    withActions(new DictSpace({ push: new Box(-1, 1), pull: new Box(1, 2) })),
    "the action space should be symmetric or start at 0, and lie in [-1, 1]",
  ],
};

/** A Countdown that takes any action for 0. */
function withActions(actionSpace: Space): EnvironmentSpec {
  return withMembers({
    actionSpace,
    step(this: Countdown, _action: unknown, out?: Float32Array) {
      return Countdown.prototype.step.call(this, 0, out);
    },
  });
}

for (const [what, [spec, ...messages]] of Object.entries(doubtful)) {
  Deno.test(`warned of: ${what}`, () => assertFindings(checkEnv(spec), messages, "warning"));
}

Deno.test("actions of a vector that are symmetric or start at 0, within 1, are not warned of", () => {
  for (const space of [new Box(-1, 1), new Box(0, 0.5), new Box([-1, 0], [1, 1])]) {
    assertEquals(checkEnv(withActions(space)), []);
  }
});
