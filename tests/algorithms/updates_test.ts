/**
 * The updates themselves, on scripted episodes: against numbers worked out by hand, and, on random
 * scripts, against plain transcriptions of the book's definitions that share nothing with the code.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ControlAlgorithm } from "../../algorithms/algorithm.ts";
import doubleQLearning from "../../algorithms/double_q_learning.ts";
import expectedSarsa from "../../algorithms/expected_sarsa.ts";
import monteCarloControl from "../../algorithms/monte_carlo_control.ts";
import nStepSarsa from "../../algorithms/n_step_sarsa.ts";
import qLambda from "../../algorithms/q_lambda.ts";
import qLearning from "../../algorithms/q_learning.ts";
import sarsa from "../../algorithms/sarsa.ts";
import sarsaLambda from "../../algorithms/sarsa_lambda.ts";
import { learnerOf, tableOf } from "./learners.ts";
import {
  type Draws,
  type Script,
  scriptedEnvironment,
  scriptedGenerator,
  type ScriptedStep,
} from "./scripted.ts";

/** Trains on a script with scripted draws; returns the tables named. */
function train(
  algorithm: ControlAlgorithm,
  config: Readonly<Record<string, unknown>>,
  script: Script,
  draws: Draws,
  steps: number,
  tables = ["q"],
): Float64Array[] {
  const learner = learnerOf(
    algorithm,
    () => scriptedEnvironment(script),
    config,
    0,
    scriptedGenerator(draws),
  );
  learner.train(steps);
  return tables.map((name) => tableOf(learner, name));
}

function assertTable(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12) {
  assertEquals(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assertAlmostEquals(
      actual[i],
      expected[i],
      tolerance * Math.max(1, Math.abs(expected[i])),
      `entry ${i}`,
    );
  }
}

// Three states, two actions; an episode s0 -a0-> s1 -a1-> s0 -a0-> s2 (end), rewards 1, 2, 4,
// twice.
const episode: readonly ScriptedStep[] = [
  { next: 1, reward: 1 },
  { next: 0, reward: 2 },
  { next: 2, reward: 4, end: "terminated" },
];
const small: Script = { states: 3, actions: 2, start: 0, steps: episode };
const common = { discount: 0.5, stepSize: 0.5, epsilon: 1 };

Deno.test("Q-learning makes the updates worked out by hand", () => {
  // Table [Q00, Q01, Q10, Q11, Q20, Q21], from 0.
  // 1. Q00 += .5 (1 + .5 max(Q1) - Q00) = .5
  // 2. Q11 += .5 (2 + .5 max(.5, 0) - 0) = 1.125
  // 3. Q00 += .5 (4 - .5) = 2.25
  // 4. Q00 += .5 (1 + .5 1.125 - 2.25) = 1.90625
  // 5. Q11 += .5 (2 + .5 1.90625 - 1.125) = 2.0390625
  // 6. Q00 += .5 (4 - 1.90625) = 2.953125
  const draws = { integers: [0, 1, 0] };
  assertEquals(
    train(qLearning, common, small, draws, 6)[0],
    Float64Array.of(2.953125, 0, 0, 2.0390625, 0, 0),
  );
});

Deno.test("SARSA makes the updates worked out by hand", () => {
  // Actions drawn: a0; then a1, a0 before the updates 1 and 2, none after the end, a0 for the next
  // start. 1. Q00 += .5 (1 + .5 Q11 - 0) = .5 2. Q11 += .5 (2 + .5 Q00 - 0) = 1.125 3. Q00 += .5 (4
  // - .5) = 2.25 4. the next episode's first action is a1, so Q01 += .5 (1 + .5 Q10 - 0) = .5 with
  // A' = a0
  const draws = { integers: [0, 1, 0, 1, 0] };
  assertEquals(
    train(sarsa, common, small, draws, 4)[0],
    Float64Array.of(2.25, 0.5, 0, 1.125, 0, 0),
  );
});

Deno.test("Expected SARSA makes the updates worked out by hand", () => {
  // With epsilon .5 the greedy action has probability .75, the other .25. Draws of 0 explore.
  // 1. Q00 += .5 (1 + .5 (0) - 0) = .5
  // 2. Q11 += .5 (2 + .5 (.75 .5 + .25 0) - 0) = 1.09375
  // 3. Q00 += .5 (4 - .5) = 2.25
  // 4. Q00 += .5 (1 + .5 (.75 1.09375 + .25 0) - 2.25) = 1.830078125
  const draws = { integers: [0, 1, 0] };
  assertEquals(
    train(expectedSarsa, { ...common, epsilon: 0.5 }, small, draws, 4)[0],
    Float64Array.of(1.830078125, 0, 0, 1.09375, 0, 0),
  );
});

Deno.test("Expected SARSA looks ahead with the epsilon of the step to come", () => {
  // Epsilon is 1 at the first step, .5 at the second, 0 at the third.
  // 1. Q00 += .5 (1 + .5 0 - 0) = .5
  // 2. Q11 += .5 (2 + .5 (1 .5 + 0 0) - 0) = 1.125
  const draws = { integers: [0, 1] };
  assertEquals(
    train(expectedSarsa, { ...common, epsilon: { from: 1, to: 0, steps: 2 } }, small, draws, 2)[0],
    Float64Array.of(0.5, 0, 0, 1.125, 0, 0),
  );
});

Deno.test("Double Q-learning makes the updates worked out by hand", () => {
  // Doubles in pairs: the first explores, the second chooses the table (below .5 the first one).
  // 1. Q1: ties of Q1(1, .) are broken to a0: Q1_00 += .5 (1 + .5 Q2_10 - 0) = .5
  // 2. Q2: ties of Q2(0, .) are broken to a0: Q2_11 += .5 (2 + .5 Q1_00 - 0) = 1.125
  // 3. Q1: the end: Q1_00 += .5 (4 - .5) = 2.25
  // 4. Q1: ties of Q1(1, .) are broken to a1: Q1_00 += .5 (1 + .5 Q2_11 - 2.25) = 1.90625
  const draws = { integers: [0, 0, 1, 0, 0, 0, 1], doubles: [0, 0.4, 0, 0.6, 0, 0.4, 0, 0.4] };
  const [q1, q2] = train(doubleQLearning, common, small, draws, 4, ["q1", "q2"]);
  assertEquals(q1, Float64Array.of(1.90625, 0, 0, 0, 0, 0));
  assertEquals(q2, Float64Array.of(0, 0, 0, 1.125, 0, 0));
});

Deno.test("2-step SARSA makes the updates worked out by hand", () => {
  // After step 2 (A_2 = a0): Q00 += .5 (1 + .5 2 + .25 Q00 - Q00) = 1 After step 3, the end: Q11 +=
  // .5 (2 + .5 4 - 0) = 2; Q00 += .5 (4 - 1) = 2.5 The next episode, again a0 a1 a0: after its step
  // 2: Q00 += .5 (1 + .5 2 + .25 2.5 - 2.5) = 2.5625
  const draws = { integers: [0, 1, 0] };
  const q = train(nStepSarsa, { ...common, n: 2 }, small, draws, 5)[0];
  assertEquals(q, Float64Array.of(2.5625, 0, 0, 2, 0, 0));
});

Deno.test("SARSA(lambda) makes the updates worked out by hand", () => {
  // gamma lambda = .25; the trace of (0, a0) is replaced by 1 at step 3, not raised to 1.0625. 1.
  // delta = 1: Q00 = .5; Z00 = .25 2. delta = 2 + .5 .5 - 0 = 2.25: Q11 = 1.125, Q00 = .5 + .5 2.25
  // .25 = .78125; Z11 = .25, Z00 = .0625 3. delta = 4 - .78125 = 3.21875: Q00 += 1.609375 =
  // 2.390625, Q11 += .5 3.21875 .25 = 1.52734375
  const draws = { integers: [0, 1, 0] };
  const q = train(sarsaLambda, { ...common, lambda: 0.5 }, small, draws, 3)[0];
  assertEquals(q, Float64Array.of(2.390625, 0, 0, 1.52734375, 0, 0));
});

Deno.test("Q(lambda) makes the updates worked out by hand", () => {
  // 1. delta = 1: Q00 = .5; Z00 = .25 2. a1 in s1 is as good as a0: the trace stays. delta = 2 + .5
  // .5 = 2.25: Q11 = 1.125, Q00 = .78125 3. a0 is greedy in s0. delta = 4 - .78125 = 3.21875: Q00 =
  // 2.390625, Q11 = 1.52734375; the end 4. a0 again: delta = 1 + .5 1.52734375 - 2.390625 =
  // -.626953125: Q00 = 2.0771484375; Z00 = .25 5. a0 in s1 is not greedy: the trace of (0, a0)
  // ends. delta = 2 + .5 2.0771484375 - 0: Q10 = 1.519287109375
  const draws = { integers: [0, 1, 0, 0, 0] };
  const q = train(qLambda, { ...common, lambda: 0.5 }, small, draws, 5)[0];
  assertEquals(q, Float64Array.of(2.0771484375, 0, 1.519287109375, 1.52734375, 0, 0));
});

Deno.test("Monte-Carlo control averages the returns worked out by hand", () => {
  // Returns of the episode: G2 = 4, G1 = 2 + .5 4 = 4, G0 = 1 + .5 4 = 3. The pair (0, a0) is
  // visited at 0 and 2.
  const draws = { integers: [0, 1, 0] };
  const config = { ...common, stepSize: { power: 1 } };
  const [first] = train(monteCarloControl, { ...config, visit: "first" }, small, draws, 3);
  assertEquals(first, Float64Array.of(3, 0, 0, 4, 0, 0));
  const [every] = train(monteCarloControl, { ...config, visit: "every" }, small, draws, 3);
  assertEquals(every, Float64Array.of(3.5, 0, 0, 4, 0, 0));
  // Constant alpha, visits in the order of time: 0 -> .5 3 = 1.5 -> 1.5 + .5 (4 - 1.5) = 2.75
  const [constant] = train(monteCarloControl, { ...common, visit: "every" }, small, draws, 3);
  assertEquals(constant, Float64Array.of(2.75, 0, 0, 2, 0, 0));
});

// ----------------------------------------------------------------------------------------
// Random scripts against transcriptions of the definitions.

/** A random script, draws and configuration. */
const problem = fc.record({
  states: fc.integer({ min: 1, max: 4 }),
  actions: fc.integer({ min: 1, max: 3 }),
}).chain(({ states, actions }) => {
  const state = fc.nat(states - 1);
  const end = fc.constantFrom(undefined, undefined, undefined, "terminated", "truncated");
  return fc.record({
    script: fc.record({
      states: fc.constant(states),
      actions: fc.constant(actions),
      start: state,
      steps: fc.array(
        fc.record({ next: state, reward: fc.integer({ min: -8, max: 8 }), end }) as fc.Arbitrary<
          ScriptedStep
        >,
        { minLength: 1, maxLength: 12 },
      ),
    }),
    draws: fc.record({
      integers: fc.array(fc.nat(5), { minLength: 1, maxLength: 17 }),
      doubles: fc.array(fc.constantFrom(0, 0.4), { minLength: 1, maxLength: 1 }),
    }),
    trained: fc.integer({ min: 0, max: 60 }),
    config: fc.record({
      discount: fc.constantFrom(0, 0.5, 0.9, 1),
      stepSize: fc.constantFrom(0.1, 0.5, { power: 1 }, { from: 0.5, to: 0.1, steps: 20 }),
      epsilon: fc.constant(0.5),
      initialValue: fc.constantFrom(0, 2),
    }),
    lambda: fc.constantFrom(0, 0.3, 0.9, 1),
    n: fc.integer({ min: 1, max: 7 }),
    visit: fc.constantFrom("first" as const, "every" as const),
  });
});

type Problem = typeof problem extends fc.Arbitrary<infer T> ? T : never;

/** The book's bookkeeping, as plainly as possible: a table of rows, counts, draws, the script. */
class Reference {
  readonly q: number[][];
  readonly #visits = new Map<string, number>();
  #integers = 0;
  #steps = 0;

  constructor(readonly problem: Problem) {
    const { script, config } = problem;
    this.q = Array.from(
      { length: script.states },
      () => new Array(script.actions).fill(config.initialValue),
    );
  }

  /** A draw below n. */
  draw(n = this.problem.script.actions): number {
    const { integers } = this.problem.draws;
    return integers[this.#integers++ % integers.length] % n;
  }

  /** The next transition. */
  step(): ScriptedStep {
    const { steps } = this.problem.script;
    return steps[this.#steps++ % steps.length];
  }

  get steps(): number {
    return this.#steps;
  }

  /** Step size of an update of the pair now. */
  alpha(s: number, a: number, table = ""): number {
    const { stepSize } = this.problem.config;
    if (typeof stepSize === "number") return stepSize;
    if ("power" in stepSize) {
      const visits = (this.#visits.get(`${table} ${s} ${a}`) ?? 0) + 1;
      this.#visits.set(`${table} ${s} ${a}`, visits);
      return 1 / visits;
    }
    const { from, to, steps } = stepSize;
    return from + (to - from) * (Math.min(this.#steps, steps) / steps);
  }

  /**
   * Value of the epsilon-greedy policy in a state, by its probabilities; ties share the greedy one.
   */
  expected(s: number): number {
    const row = this.q[s];
    const best = row.filter((value) => value === Math.max(...row)).length;
    return row.reduce((sum, value) => {
      const greedy = value === Math.max(...row) ? 0.5 / best : 0;
      return sum + value * (0.5 / row.length + greedy);
    }, 0);
  }
}

/** Checks an algorithm against a transcription. */
function check(
  algorithm: ControlAlgorithm,
  options: (problem: Problem) => Readonly<Record<string, unknown>>,
  transcription: (reference: Reference, problem: Problem) => void,
) {
  fc.assert(
    fc.property(problem, (problem) => {
      const reference = new Reference(problem);
      transcription(reference, problem);
      const config = { ...problem.config, ...options(problem) };
      const [q] = train(algorithm, config, problem.script, problem.draws, problem.trained);
      assertTable(q, reference.q.flat(), 1e-8);
    }),
    { numRuns: 200 },
  );
}

Deno.test("Q-learning equals its definition on random scripts", () => {
  check(qLearning, () => ({}), (r, { script, config, trained }) => {
    let s = script.start;
    while (r.steps < trained) {
      const a = r.draw();
      const { next, reward, end } = r.step();
      const future = end === "terminated" ? 0 : Math.max(...r.q[next]);
      const alpha = r.alpha(s, a);
      r.q[s][a] = (1 - alpha) * r.q[s][a] + alpha * (reward + config.discount * future);
      s = end ? script.start : next;
    }
  });
});

Deno.test("Expected SARSA equals its definition on random scripts", () => {
  check(expectedSarsa, () => ({}), (r, { script, config, trained }) => {
    let s = script.start;
    while (r.steps < trained) {
      const a = r.draw();
      const { next, reward, end } = r.step();
      const future = end === "terminated" ? 0 : r.expected(next);
      const alpha = r.alpha(s, a);
      r.q[s][a] = (1 - alpha) * r.q[s][a] + alpha * (reward + config.discount * future);
      s = end ? script.start : next;
    }
  });
});

/** An episode of an on-policy method: what was visited, and the pair after the last step if any. */
interface Trajectory {
  readonly pairs: [s: number, a: number][];
  readonly rewards: number[];
}

Deno.test("SARSA equals its definition on random scripts", () => {
  check(sarsa, () => ({}), (r, { script, config, trained }) => {
    let s = script.start;
    let a = r.draw();
    while (r.steps < trained) {
      const { next, reward, end } = r.step();
      let future = 0;
      let nextAction = 0;
      if (end !== "terminated") {
        nextAction = r.draw();
        future = r.q[next][nextAction];
      }
      const alpha = r.alpha(s, a);
      r.q[s][a] = (1 - alpha) * r.q[s][a] + alpha * (reward + config.discount * future);
      [s, a] = end ? [script.start, r.draw()] : [next, nextAction];
    }
  });
});

Deno.test("n-step SARSA equals its definition on random scripts", () => {
  check(nStepSarsa, ({ n }) => ({ n }), (r, { script, config, trained, n }) => {
    // The book's pseudocode with t, tau and T; pairs[t] = (S_t, A_t), rewards[t] = R_{t+1}.
    let { pairs, rewards }: Trajectory = { pairs: [[script.start, r.draw()]], rewards: [] };
    while (r.steps < trained) {
      const { next, reward, end } = r.step();
      rewards.push(reward);
      const t = rewards.length - 1;
      if (end !== "terminated") pairs.push([next, r.draw()]);
      for (let tau = Math.max(0, t - n + 1); tau <= (end ? t : t - n + 1); tau++) {
        let g = 0;
        let weight = 1;
        for (let i = tau; i < Math.min(tau + n, rewards.length); i++) {
          g += weight * rewards[i];
          weight *= config.discount;
        }
        const bootstrap = pairs[Math.min(tau + n, rewards.length)];
        if (bootstrap) g += weight * r.q[bootstrap[0]][bootstrap[1]];
        const [s, a] = pairs[tau];
        r.q[s][a] += r.alpha(s, a) * (g - r.q[s][a]);
      }
      if (end) [pairs, rewards] = [[[script.start, r.draw()]], []];
    }
  });
});

Deno.test("SARSA(lambda) equals its definition on random scripts", () => {
  check(sarsaLambda, ({ lambda }) => ({ lambda }), (r, { script, config, trained, lambda }) => {
    let trace = r.q.map((row) => row.map(() => 0));
    let s = script.start;
    let a = r.draw();
    while (r.steps < trained) {
      const { next, reward, end } = r.step();
      const nextAction = end === "terminated" ? 0 : r.draw();
      const future = end === "terminated" ? 0 : r.q[next][nextAction];
      const change = r.alpha(s, a) * (reward + config.discount * future - r.q[s][a]);
      trace = trace.map((row) => row.map((z) => z * config.discount * lambda));
      trace[s][a] = 1;
      trace.forEach((row, i) => row.forEach((z, j) => r.q[i][j] += change * z));
      if (end) trace = trace.map((row) => row.map(() => 0));
      [s, a] = end ? [script.start, r.draw()] : [next, nextAction];
    }
  });
});

Deno.test("Q(lambda) equals its definition on random scripts", () => {
  check(qLambda, ({ lambda }) => ({ lambda }), (r, { script, config, trained, lambda }) => {
    let trace = r.q.map((row) => row.map(() => 0));
    let s = script.start;
    while (r.steps < trained) {
      const a = r.draw();
      const greedy = r.q[s][a] === Math.max(...r.q[s]);
      const { next, reward, end } = r.step();
      const future = end === "terminated" ? 0 : Math.max(...r.q[next]);
      const change = r.alpha(s, a) * (reward + config.discount * future - r.q[s][a]);
      // Rounded as in the code, where traces below 1e-10 are dropped: ties decide what is greedy.
      trace = trace.map((row) => row.map((z) => greedy ? z * (config.discount * lambda) : 0));
      trace = trace.map((row) => row.map((z) => z < 1e-10 ? 0 : z));
      trace[s][a] = 1;
      trace.forEach((row, i) => row.forEach((z, j) => r.q[i][j] += change * z));
      if (end) trace = trace.map((row) => row.map(() => 0));
      s = end ? script.start : next;
    }
  });
});

Deno.test("Monte-Carlo control equals its definition on random scripts", () => {
  check(monteCarloControl, ({ visit }) => ({ visit }), (r, { script, config, trained, visit }) => {
    let { pairs, rewards }: Trajectory = { pairs: [], rewards: [] };
    let s = script.start;
    while (r.steps < trained) {
      const a = r.draw();
      const { next, reward, end } = r.step();
      pairs.push([s, a]);
      rewards.push(reward);
      s = end ? script.start : next;
      if (!end) continue;
      const rest = end === "terminated" ? 0 : r.expected(next);
      pairs.forEach(([s, a], t) => {
        if (visit === "first" && pairs.slice(0, t).some(([x, y]) => x === s && y === a)) return;
        let g = 0;
        let weight = 1;
        for (const reward of rewards.slice(t)) {
          g += weight * reward;
          weight *= config.discount;
        }
        r.q[s][a] += r.alpha(s, a) * (g + weight * rest - r.q[s][a]);
      });
      [pairs, rewards] = [[], []];
    }
  });
});

Deno.test("Double Q-learning equals its definition on random scripts", () => {
  fc.assert(
    fc.property(
      problem,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
      (problem, coins) => {
        const { script, config, trained } = problem;
        const r = new Reference(problem);
        const tables = [r.q, r.q.map((row) => [...row])];
        let s = script.start;
        while (r.steps < trained) {
          const own = coins[r.steps % coins.length] ? 0 : 1;
          const a = r.draw();
          const { next, reward, end } = r.step();
          let future = 0;
          if (end !== "terminated") {
            const row = tables[own][next];
            const best = [...row.keys()].filter((a) => row[a] === Math.max(...row));
            future = tables[1 - own][next][best.length > 1 ? best[r.draw(best.length)] : best[0]];
          }
          const target = reward + config.discount * future;
          tables[own][s][a] += r.alpha(s, a, String(own)) * (target - tables[own][s][a]);
          s = end ? script.start : next;
        }
        const draws = { ...problem.draws, doubles: coins.flatMap((first) => [0, first ? 0 : 0.9]) };
        const [q1, q2] = train(doubleQLearning, config, script, draws, trained, ["q1", "q2"]);
        assertTable(q1, tables[0].flat());
        assertTable(q2, tables[1].flat());
        assert(q1.every(Number.isFinite));
      },
    ),
    { numRuns: 200 },
  );
});
