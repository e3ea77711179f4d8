/** Value iteration and policy iteration: what holds for both, and what sets them apart. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { ControlAlgorithm, Learner } from "../../algorithms/algorithm.ts";
import { bestActionValue } from "../../algorithms/common/action_value.ts";
import { optimalReturn, optimalValues, policyReturn } from "../../algorithms/common/exact.ts";
import { policyValues } from "../../algorithms/common/policy_values.ts";
import { createLearner } from "../../algorithms/create.ts";
import policyIteration from "../../algorithms/policy_iteration.ts";
import valueIteration from "../../algorithms/value_iteration.ts";
import { make } from "../../envs/make.ts";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { type TabularModel, tabularModel } from "../../envs/tabular_model.ts";
import { actionsOf, backup, distance, environmentOf, modelOf, models } from "./models.ts";

const both = [valueIteration, policyIteration] as unknown as readonly ControlAlgorithm[];

function learnerOn(algorithm: ControlAlgorithm, model: TabularModel, config = {}): Learner {
  return createLearner(algorithm, {
    makeEnvironment: () => environmentOf(model),
    seed: 0,
    config,
  });
}

function valuesOf(learner: Learner): Float64Array {
  return (learner.save() as { values: Float64Array }).values;
}

const tasks = [
  ["FrozenLake-v1", { isSlippery: true }],
  ["FrozenLake-v1", { isSlippery: false }],
  ["FrozenLake8x8-v1", { isSlippery: true }],
  ["FrozenLake8x8-v1", { isSlippery: false }],
  ["CliffWalking-v1", {}],
  ["CliffWalkingSlippery-v1", {}],
  ["Taxi-v4", {}],
  ["Gambler-v0", {}],
  ["Gridworld4x4-v0", {}],
  ["WindyGridworld-v0", {}],
] as const;

for (const algorithm of both as readonly ControlAlgorithm[]) {
  const { name } = algorithm;

  for (const [id, options] of tasks) {
    Deno.test(`${name} finds the optimal values and an optimal policy of ${id} ${JSON.stringify(options)}`, () => {
      const model = modelOf(id, options);
      for (const discount of [0.9, 0.99]) {
        const learner = learnerOn(algorithm, model, { discount });
        learner.train(6_000);
        assert(distance(valuesOf(learner), optimalValues(model, discount)) < 1e-9);
        const score = policyReturn(model, actionsOf(learner.policy(), model), { discount });
        assertAlmostEquals(score, optimalReturn(model, { discount }), 1e-9);
      }
    });
  }

  Deno.test(`${name} without discount finds a policy that reaches the goal`, () => {
    for (const [id, options] of tasks.filter(([id]) => /Frozen|Grid|Gambler/.test(id))) {
      const model = modelOf(id, options);
      const learner = learnerOn(algorithm, model, { discount: 1 });
      learner.train(6_000);
      const actions = actionsOf(learner.policy(), model);
      assertAlmostEquals(policyReturn(model, actions), optimalReturn(model), 1e-9);
    }
  });

  Deno.test(`${name} plays Blackjack optimally though a natural looks like any soft 21`, () => {
    const environment = make("Blackjack-v1");
    const learner = createLearner(algorithm, { makeEnvironment: () => environment, seed: 0 });
    learner.train(100);
    const policy = learner.policy();
    const model = environment.model!;
    const table = Int32Array.from({ length: 32 * 11 * 2 }, (_, o) => {
      const tuple = Int32Array.of(Math.floor(o / 22), Math.floor(o / 2) % 11, o % 2);
      return policy.act(tuple, environment.random) as number;
    });
    assertAlmostEquals(policyReturn(model, table), optimalReturn(model), 1e-9);
  });

  Deno.test(`${name} on random models reaches the optimal return`, () => {
    fc.assert(fc.property(models(), (model) => {
      const learner = learnerOn(algorithm, model, { discount: 0.9 });
      learner.train(4_000);
      assert(distance(valuesOf(learner), optimalValues(model, 0.9)) < 1e-9);
      const actions = actionsOf(learner.policy(), model);
      const score = policyReturn(model, actions, { discount: 0.9 });
      assertAlmostEquals(score, optimalReturn(model, { discount: 0.9 }), 1e-8);
    }));
  });

  Deno.test(`${name} without discount handles costs until the end`, () => {
    fc.assert(fc.property(models({ rewards: { min: -3, max: -1 } }), (model) => {
      // Where some start cannot end at all, there is nothing to find.
      const random = policyValues(model, "uniform", 1);
      fc.pre(random.every((v) => v > -1e3));
      const learner = learnerOn(algorithm, model, { discount: 1 });
      learner.train(60_000);
      const actions = actionsOf(learner.policy(), model);
      assertAlmostEquals(policyReturn(model, actions), optimalReturn(model), 1e-8);
    }));
  });

  Deno.test(`${name}: training in parts, with a snapshot in between, equals training at once`, () => {
    const model = modelOf("FrozenLake-v1");
    const whole = learnerOn(algorithm, model);
    const parts = learnerOn(algorithm, model);
    for (const until of [1, 7, 40, 41, 300, 1_500]) {
      whole.train(until);
      parts.train(Math.floor(until / 2));
      parts.train(until);
      const bytes = encodeSnapshot(parts.save());
      assertEquals(encodeSnapshot(whole.save()), bytes);
      const restored = learnerOn(algorithm, model);
      restored.restore(decodeSnapshot(bytes));
      restored.train(until + 50);
      const ahead = learnerOn(algorithm, model);
      ahead.train(until + 50);
      assertEquals(encodeSnapshot(restored.save()), encodeSnapshot(ahead.save()));
      assertEquals(restored.steps, until + 50);
    }
  });

  Deno.test(`${name}: later training changes neither an earlier policy nor an earlier snapshot`, () => {
    const model = modelOf("FrozenLake-v1");
    const learner = learnerOn(algorithm, model);
    learner.train(3);
    const policy = learner.policy();
    const snapshot = learner.save();
    const [actions, bytes] = [actionsOf(policy, model), encodeSnapshot(snapshot)];
    learner.train(2_000);
    assertEquals(actionsOf(policy, model), actions);
    assertEquals(encodeSnapshot(snapshot), bytes);
  });

  Deno.test(`${name} refuses an environment without a model and a snapshot of another problem`, () => {
    assertThrows(
      () => createLearner(algorithm, { makeEnvironment: () => make("CartPole-v1"), seed: 0 }),
      RangeError,
      `${name}: CartPole-v1 has no model`,
    );
    const small = learnerOn(algorithm, modelOf("FrozenLake-v1"));
    const large = learnerOn(algorithm, modelOf("FrozenLake8x8-v1"));
    assertThrows(() => small.restore(large.save()), RangeError, "64 entries");
  });

  Deno.test(`${name} refuses unknown and senseless options`, () => {
    const model = modelOf("FrozenLake-v1");
    for (
      const config of [{ gamma: 0.9 }, { discount: 1.1 }, { discount: -0.1 }, { discount: "1" }]
    ) {
      assertThrows(() => learnerOn(algorithm, model, config), TypeError, name);
    }
  });
}

// Sweeps that change a value by more than 1e-13 at discount 0.99, counted on the tables of the real
// Gymnasium.
for (
  const [id, sweeps] of [
    ["FrozenLake-v1", 769],
    ["FrozenLake8x8-v1", 881],
    ["Taxi-v4", 18],
    ["CliffWalking-v1", 14],
  ] as const
) {
  Deno.test(`${sweeps} sweeps of value iteration on ${id} change a value by more than 1e-13`, () => {
    const learner = learnerOn(both[0], modelOf(id), { tolerance: 0 });
    let values = valuesOf(learner);
    for (let sweep = 1; sweep <= sweeps + 1; sweep++) {
      learner.train(sweep);
      const swept = valuesOf(learner);
      assertEquals(distance(values, swept) > 1e-13, sweep <= sweeps);
      values = swept;
    }
  });
}

Deno.test("after convergence, sweeps of value iteration are counted but change nothing", () => {
  const learner = learnerOn(both[0], modelOf("Taxi-v4"));
  learner.train(19); // 18 sweeps change something, one finds out that nothing is left to change
  assertEquals((learner.save() as { converged: boolean }).converged, true);
  const values = valuesOf(learner);
  learner.train(5_000);
  assertEquals(valuesOf(learner), values);
  assertEquals(learner.steps, 5_000);
});

Deno.test("values whose last digits go round in a circle count as converged", () => {
  // Rounding makes these two alternate for ever by a few units in the last place.
  const model = tabularModel([[[[1, 1, 1, false]]], [[[1, 0, -1, false]]]], [1, 0]);
  const exact = 0.1 / 0.19;
  assert(distance(optimalValues(model, 0.9), [exact, -exact]) < 1e-14);
  const learner = learnerOn(both[0], model, { discount: 0.9 });
  learner.train(400);
  const values = valuesOf(learner);
  learner.train(401);
  assertEquals(valuesOf(learner), values);
});

Deno.test("k sweeps of value iteration give the optimal return of k steps", () => {
  const model = modelOf("FrozenLake-v1");
  const learner = learnerOn(both[0], model, { discount: 1 });
  for (const horizon of [1, 5, 6, 20, 100]) {
    learner.train(horizon);
    assertEquals(valuesOf(learner)[0], optimalReturn(model, { horizon }));
  }
  assertAlmostEquals(valuesOf(learner)[0], 0.7441902878, 1e-10);
});

Deno.test("a sweep of value iteration is a contraction by the discount", () => {
  const values = fc.infiniteStream(fc.integer({ min: -50, max: 50 }));
  fc.assert(fc.property(models(), values, values, (model, first, second) => {
    const v = Float64Array.from({ length: model.states }, () => first.next().value!);
    const w = Float64Array.from({ length: model.states }, () => second.next().value!);
    const sweep = (x: Float64Array) => x.map((_, s) => bestActionValue(model, x, 0.9, s));
    assert(distance(sweep(v), sweep(w)) <= 0.9 * distance(v, w) + 1e-12);
    assert(distance(sweep(v), backup(model, v, 0.9)) <= 1e-12);
  }));
});

Deno.test("policy iteration: the first policy is random, and each next one is no worse anywhere", () => {
  const model = modelOf("CliffWalking-v1");
  const learner = learnerOn(both[1], model, { discount: 0.9 });
  const state = () =>
    learner.save() as { actions: Int32Array; evaluated: boolean; stable: boolean };
  let before = policyValues(model, "uniform", 0.9);
  let improvements = 0;
  for (let pass = 1; !state().stable; pass++) {
    const { actions, evaluated } = state();
    if (evaluated) {
      const policy = actions[0] < 0 ? "uniform" : actions;
      const values = policyValues(model, policy, 0.9);
      assert(distance(valuesOf(learner), values) < 1e-9, "the evaluation is exact");
      values.forEach((v, s) => assert(v >= before[s] - 1e-9, "no state gets worse"));
      before = values;
      improvements++;
    }
    learner.train(pass);
  }
  assert(improvements >= 3);
  assert(distance(before, optimalValues(model, 0.9)) < 1e-9);
});

Deno.test("policy iteration does not alternate between equally good policies", () => {
  // All ways through a square without walls are as good as each other, up to rounding.
  const model = modelOf("Gridworld4x4-v0");
  const learner = learnerOn(both[1], model, { discount: 0.99 });
  learner.train(1_000);
  assert((learner.save() as { stable: boolean }).stable);
});

Deno.test("policy iteration without discount never evaluates a policy that does not end", () => {
  // A lake without holes: every action of every state is as good, under the random policy already.
  const model = modelOf("FrozenLake-v1", { desc: ["SFF", "FFF", "FFG"], isSlippery: false });
  const learner = learnerOn(both[1], model, { discount: 1 });
  for (let pass = 1; pass < 1_000; pass++) {
    learner.train(pass);
    const { actions } = learner.save() as { actions: Int32Array };
    if (actions[0] >= 0) assertEquals(policyReturn(model, actions), 1);
  }
  assert((learner.save() as { stable: boolean }).stable);
});

Deno.test("without discount, both choose the same policy once they have converged", () => {
  for (const isSlippery of [true, false]) {
    const model = modelOf("FrozenLake8x8-v1", { isSlippery });
    const [byValues, byPolicies] = both.map((algorithm) => {
      const learner = learnerOn(algorithm, model, { discount: 1 });
      learner.train(6_000);
      return actionsOf(learner.policy(), model);
    });
    assertEquals(byValues, byPolicies);
    assertAlmostEquals(policyReturn(model, byValues), 1, 1e-12);
  }
});

Deno.test("a model whose rewards are all zero has converged after one look", () => {
  const model = tabularModel([[[[1, 0, 0, false]], [[1, 0, 0, true]]]], [1]);
  for (const algorithm of both) {
    const learner = learnerOn(algorithm, model, { discount: 1 });
    learner.train(10);
    assertEquals(Array.from(valuesOf(learner)), [0]);
    assertEquals(actionsOf(learner.policy(), model)[0], 1);
  }
});
