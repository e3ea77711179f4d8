/** What every neural learner promises: exact counts and resumption, fixed policies, honest models, divergence. */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Learner } from "../../algorithms/algorithm.ts";
import { evaluate, finalSeed } from "../../benchmarks/cell/evaluate.ts";
import { checkParity } from "../../benchmarks/cell/onnx_parity.ts";
import { PolicyRecorder } from "../../benchmarks/cell/policy_recorder.ts";
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import { encodeModel } from "../../engine/onnx/model.ts";
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";
import { Discrete } from "../../envs/spaces/discrete.ts";
import { defaultGenerator } from "../../random/generator.ts";
import { canRun } from "../benchmarks/command.ts";
import { Recorder } from "./learners.ts";
import { type NeuralCase, neuralCases, neuralLearner } from "./neural_learners.ts";

const hasRuntime =
  (await Deno.permissions.query({ name: "ffi", path: "./node_modules" })).state === "granted";

/** The first case of each algorithm. */
const onePerAlgorithm = neuralCases.filter(({ algorithm }, i) =>
  neuralCases.findIndex((other) => other.algorithm === algorithm) === i
);

function bytesOf(learner: Learner): Uint8Array {
  return encodeSnapshot(learner.save());
}

/** Some observations of a case's environment, under random actions. */
function observationsOf({ makeEnvironment }: NeuralCase) {
  const environment = makeEnvironment();
  environment.actionSpace.seed(0);
  let { observation } = environment.reset({ seed: 0 });
  return Array.from({ length: 40 }, () => {
    const step = environment.step(environment.actionSpace.sample() as number);
    observation = step.terminated || step.truncated
      ? environment.reset().observation
      : step.observation;
    return typeof observation === "number" ? observation : observation.slice();
  });
}

for (const each of neuralCases) {
  const { makeEnvironment, copies } = each;

  Deno.test(`${each.name}: every run has the same bytes, at once or in pieces, and counts every step`, () => {
    const recorder = new Recorder();
    const watched = { ...each, makeEnvironment: () => recorder.watch(makeEnvironment()) };
    const whole = neuralLearner(watched);
    whole.train(260);
    assertEquals([whole.steps, recorder.steps], [260, 260]);
    assertEquals(whole.diverged, false);
    const seeds = recorder.seeds.filter((seed) => seed !== undefined);
    assertEquals(seeds, recorder.seeds.slice(0, copies), "seeded once");
    assert(recorder.episodes.length >= 5, `only ${recorder.episodes.length} episodes`);

    const pieces = neuralLearner(each);
    for (const piece of [0, 1, 2, 0, 13, 1, 1, 1, 1, 40, 17, 83, 1, 99]) {
      const until = pieces.steps + piece;
      pieces.train(until);
      assertEquals(pieces.steps, until);
    }
    pieces.train(100); // Has long been done.
    assertEquals(pieces.steps, 260);
    assertEquals(bytesOf(pieces), bytesOf(whole));

    const other = neuralLearner(each, 1);
    other.train(260);
    assertNotEquals(bytesOf(other), bytesOf(whole));
  });

  Deno.test(`${each.name}: a policy is a copy that draws nothing, later training does not change it`, () => {
    const observations = observationsOf(each);
    const random = defaultGenerator(0);
    const learner = neuralLearner(each);
    learner.train(60);
    const policy = learner.policy();
    const act = () => observations.map((observation) => policy.act(observation, random));
    const before = structuredClone(act());
    const model = encodeModel(policy.toOnnx());
    learner.train(200);
    assertEquals(act(), before);
    assertEquals(encodeModel(policy.toOnnx()), model);
    assertNotEquals(encodeModel(learner.policy().toOnnx()), model);
    assertEquals([policy.noise, policy.finite], [0, true]);
    assertEquals(random.bits.state, defaultGenerator(0).bits.state);
    const { actionSpace } = makeEnvironment();
    assert(before.every((action) => actionSpace.contains(action)));
    observations.forEach((observation, i) => {
      const preferences = Array.from(policy.preferences?.(observation) ?? []);
      if (actionSpace.description.type !== "Discrete") assertEquals(preferences, []);
      else assertEquals(before[i], preferences.indexOf(Math.max(...preferences)));
    });
  });

  Deno.test({
    name: `${each.name}: the ONNX model acts and scores as the policy`,
    ignore: !hasRuntime,
    async fn() {
      const learner = neuralLearner(each);
      learner.train(200);
      const policy = learner.policy();
      const environment = makeEnvironment();
      const recorder = new PolicyRecorder(policy);
      const { returns } = evaluate(recorder, environment, finalSeed, 20, 0);
      const samples = recorder.samples();
      const { checked } = await checkParity(
        policy,
        encodeModel(policy.toOnnx()),
        environment.observationSpace.description,
        samples,
      );
      assert(checked >= 20);
      assert(returns.length === 20 && returns.every(Number.isFinite));
    },
  });
}

Deno.test({
  name:
    "all learners go on in a fresh process from what they saved and end as if never interrupted",
  ignore: !canRun,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "seedbed-test-" });
    try {
      const saved: Record<string, Snapshot> = {};
      const learners = neuralCases.map((each, i) => {
        const learner = neuralLearner(each);
        learner.train(101 + i); // In the middle of episodes, rollouts and intervals between updates.
        saved[each.name] = learner.save();
        return learner;
      });
      const bytes = encodeSnapshot(saved);
      await Deno.writeFile(`${folder}/saved`, bytes);
      const resumed = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-prompt", "--allow-read", `--allow-write=${folder}`],
          new URL("./neural_resume.ts", import.meta.url).pathname,
          ...[`${folder}/saved`, `${folder}/ends`, "250"],
        ],
        stdout: "inherit",
        stderr: "inherit",
      }).spawn();
      for (const learner of learners) learner.train(250);
      assertEquals(encodeSnapshot(saved), bytes, "training changes what was saved");
      assertEquals((await resumed.status).code, 0);
      const ends = decodeSnapshot(await Deno.readFile(`${folder}/ends`)) as Record<
        string,
        Snapshot
      >;
      neuralCases.forEach(({ name }, i) => {
        assertEquals(encodeSnapshot(ends[name]), bytesOf(learners[i]), name);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** An environment whose rewards are these from some step on. */
function rewarding(environment: Environment, rewardOf: (step: number) => number): Environment {
  let steps = 0;
  return {
    ...new Recorder().watch(environment),
    step: (action, out) => ({ ...environment.step(action, out), reward: rewardOf(++steps) }),
  };
}

for (const each of onePerAlgorithm) {
  const { algorithm, makeEnvironment } = each;

  Deno.test(`${algorithm.name}: training that comes upon numbers that are not finite ends there and says so`, () => {
    const rewards: [string, number][] = [["NaN", NaN], ["infinite", Infinity], ["1e38", 1e38]];
    for (const [what, reward] of rewards) {
      const watched = () => rewarding(makeEnvironment(), (step) => step <= 90 ? 0 : reward);
      const learner = neuralLearner({ ...each, makeEnvironment: watched });
      learner.train(90);
      assertEquals([learner.diverged, learner.steps], [false, 90], what);
      learner.train(2000);
      assert(learner.diverged, what);
      const { steps } = learner;
      assert(steps > 90 && steps < 2000, what);
      learner.train(3000);
      assertEquals(learner.steps, steps, what);
      learner.policy();

      const restored = neuralLearner(each, 1);
      restored.restore(decodeSnapshot(bytesOf(learner)));
      restored.train(3000);
      assertEquals([restored.diverged, restored.steps], [true, steps], what);
      assertEquals(bytesOf(restored), bytesOf(learner), what);
    }
  });

  Deno.test(`${algorithm.name}: a snapshot of another problem is refused`, () => {
    const other = { ...each, makeEnvironment: otherThan(makeEnvironment()) };
    const own = neuralLearner(each), foreign = neuralLearner(other);
    own.train(50);
    foreign.train(50);
    assertThrows(() => own.restore(foreign.save()), Error);
    assertThrows(() => foreign.restore(own.save()), Error);
  });

  Deno.test(`${algorithm.name}: options that it does not know are refused, defaults filled in`, () => {
    assert(!algorithm.config.safeParse({ learningRat: 0.1 }).success);
    assert(algorithm.config.safeParse({}).success);
  });
}

/** Makes environments with the same kind of actions and other observations. */
function otherThan({ id, actionSpace }: Environment): () => Environment {
  if (actionSpace.description.type === "Box") return () => make("MountainCarContinuous-v0");
  return () => make(id === "Blackjack-v1" ? "FrozenLake-v1" : "Blackjack-v1");
}

for (const each of onePerAlgorithm.filter(({ name }) => !name.includes("Pendulum"))) {
  Deno.test(`${each.algorithm.name} learns the same whatever numbers observations and actions start from`, () => {
    const lake = () => make("FrozenLake-v1", { maxEpisodeSteps: 20 });
    const shifted = (): Environment => {
      const environment = new Recorder().watch(lake());
      return {
        ...environment,
        observationSpace: new Discrete(16, 100),
        actionSpace: new Discrete(4, -2),
        reset: (options) => ({
          observation: environment.reset(options).observation as number + 100,
          info: {},
        }),
        step: (action) => {
          const step = environment.step(action as number + 2);
          return { ...step, observation: step.observation as number + 100 };
        },
      };
    };
    const plain = neuralLearner({ ...each, makeEnvironment: lake });
    const learner = neuralLearner({ ...each, makeEnvironment: shifted });
    plain.train(200);
    learner.train(200);
    const random = defaultGenerator(0);
    const [policy, shiftedPolicy] = [plain.policy(), learner.policy()];
    for (let state = 0; state < 16; state++) {
      assertEquals(shiftedPolicy.preferences!(state + 100), policy.preferences!(state));
      const action = policy.act(state, random) as number;
      assertEquals(shiftedPolicy.act(state + 100, random), action - 2);
    }
  });
}
