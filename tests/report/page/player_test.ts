import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Learner, Policy } from "../../../algorithms/algorithm.ts";
import { sameState } from "../../../benchmarks/cell/policy_recorder.ts";
import { encodeModel } from "../../../engine/onnx/model.ts";
import type { Environment } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import { defaultGenerator } from "../../../random/generator.ts";
import { openPolicy } from "../../../report/page/player.ts";
import { algorithms, learnerOf } from "../../algorithms/learners.ts";
import { neuralCases, neuralLearner } from "../../algorithms/neural_learners.ts";
import { lookupGraph } from "../../engine/onnx/graphs.ts";

/** Whether both policies answer every observation with the same bits and leave the generator alike. */
function assertSamePolicy(own: Policy, environment: Environment, observations: number): void {
  const stored = openPolicy(encodeModel(own.toOnnx(), { algorithm: "x" }));
  assertEquals([stored.noise, stored.metadata], [own.noise, { algorithm: "x" }]);
  const [random, other] = [defaultGenerator(1), defaultGenerator(1)];
  environment.observationSpace.seed(0);
  environment.actionSpace.seed(0);
  let { observation } = environment.reset({ seed: 0 });
  for (let i = 0; i < observations; i++) {
    // Bounds of spaces may be so far that sampled observations make every policy say one thing.
    const asked = i % 2 === 0 ? observation : environment.observationSpace.sample();
    const action = own.act(asked as typeof observation, random);
    assertEquals(stored.act(asked as typeof observation, other), action);
    assert(sameState(other, random.bits.state));
    const step = environment.step(environment.actionSpace.sample() as number);
    observation = step.terminated || step.truncated
      ? environment.reset().observation
      : step.observation;
  }
}

function policyOf(learner: Learner, steps: number): Policy {
  learner.train(steps);
  return learner.policy();
}

for (const each of neuralCases) {
  Deno.test(`${each.name}: the stored policy acts as the learner's own, bit for bit`, () => {
    assertSamePolicy(policyOf(neuralLearner(each), 120), each.makeEnvironment(), 100);
  });
}

for (const algorithm of algorithms) {
  Deno.test(`${algorithm.name}: the stored policy acts as the learner's own`, () => {
    for (const id of ["FrozenLake-v1", "Blackjack-v1", "Taxi-v4"]) {
      const learner = learnerOf(algorithm, () => make(id));
      assertSamePolicy(policyOf(learner, 1000), make(id), 500);
    }
  });
}

Deno.test("a stored random policy draws vectors as the policy itself, bit for bit", () => {
  const [randomPolicy] = algorithms;
  for (const id of ["Pendulum-v1", "MountainCarContinuous-v0", "CartPole-v1"]) {
    assertSamePolicy(policyOf(learnerOf(randomPolicy, () => make(id)), 0), make(id), 500);
  }
});

Deno.test("a model that is no policy is refused", () => {
  const graph = lookupGraph([2], [0, 1]);
  const renamed = { ...graph, inputs: graph.inputs.map((input) => ({ ...input, name: "state" })) };
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => name === "observation" ? "state" : name),
  }));
  assertThrows(
    () => openPolicy(encodeModel({ ...renamed, nodes })),
    RangeError,
    "the output action, not [state] and [action]",
  );
});
