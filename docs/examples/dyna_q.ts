/**
 * An algorithm of your own, whole: Dyna-Q (Sutton & Barto, 2nd edition, section 8.2), which is Q-learning
 * that also learns from imagined steps, drawn from a table of what it has seen.
 *
 * Run it beside the built-in algorithms:
 *
 *     deno task bench --algorithm-module docs/examples/dyna_q.ts --environments Taxi-v4 --out my_results
 */
import { z } from "zod";
import {
  ActionValues,
  type ControlAlgorithm,
  type Learner,
  type Snapshot,
  tabularPolicy,
  TabularTask,
} from "../../mod.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99).describe("Discount rate gamma."),
  stepSize: z.number().min(0).max(1).default(0.2).describe("Step size alpha."),
  epsilon: z.number().min(0).max(1).default(0.1).describe("Probability of a random action."),
  planningSteps: z.int().min(0).default(10).describe("Imagined steps per real step."),
});

/** What `save` returns: everything that decides how training goes on. */
type Saved = {
  steps: number;
  state: number;
  known: Int32Array;
  rewards: Float64Array;
  next: Int32Array;
  q: Snapshot;
  task: Snapshot;
};

/** Dyna-Q. */
const dynaQ: ControlAlgorithm<z.infer<typeof config>> = {
  name: "dyna_q",
  title: "Dyna-Q",
  description: "Q-learning that also learns from imagined steps, drawn from what it has seen.",
  source: "Sutton (1990); Sutton & Barto (2018), section 8.2",
  task: "control",
  unit: "environment steps",
  taxonomy: {
    family: "value-based",
    update: "TD",
    policy: "off-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,

  create(context): Learner {
    const { discount, stepSize, epsilon, planningSteps } = context.config;
    const task = new TabularTask(context);
    const q = new ActionValues(task.states, task.actions, 0);
    // What followed each state-action pair when it was last tried; next is -1 for a terminal state.
    const rewards = new Float64Array(task.states * task.actions);
    const next = new Int32Array(task.states * task.actions);
    const seen = new Set<number>();
    let known: number[] = [];
    let steps = 0;
    let state = task.start();

    function learn(pair: number) {
      const target = rewards[pair] + (next[pair] < 0 ? 0 : discount * q.max(next[pair]));
      q.table[pair] += stepSize * (target - q.table[pair]);
    }

    return {
      get steps() {
        return steps;
      },
      train(untilStep) {
        while (steps < untilStep) {
          const pair = q.pair(state, q.epsilonGreedy(state, epsilon, task.random));
          const step = task.step(pair % task.actions);
          steps++;
          rewards[pair] = step.reward;
          next[pair] = step.terminated ? -1 : step.next;
          if (!seen.has(pair)) {
            seen.add(pair);
            known.push(pair);
          }
          learn(pair);
          for (let i = 0; i < planningSteps; i++) {
            learn(known[task.random.integers(0, known.length)]);
          }
          state = step.terminated || step.truncated ? task.start() : step.next;
        }
      },
      policy: () => tabularPolicy(task.environment, q.greedyActions()),
      save(): Saved {
        return {
          steps,
          state,
          known: Int32Array.from(known),
          rewards: rewards.slice(),
          next: next.slice(),
          q: q.save(),
          task: task.save(),
        };
      },
      restore(snapshot) {
        const saved = snapshot as Saved;
        steps = saved.steps;
        state = saved.state;
        known = [...saved.known];
        seen.clear();
        for (const pair of known) seen.add(pair);
        rewards.set(saved.rewards);
        next.set(saved.next);
        q.restore(saved.q);
        task.restore(saved.task);
      },
    };
  },
};

export default dynaQ;
