/**
 * Q-learning: off-policy TD control (Sutton & Barto, 2nd edition, section 6.5).
 *
 * The agent acts epsilon-greedily and learns the values of the optimal policy: each update moves
 * Q(S, A) towards the reward plus the discounted value of the best next action, whatever the agent
 * does next.
 *
 * ```math
 * Q(S, A) \leftarrow Q(S, A) + \alpha \, \Bigl[ R + \gamma \max_a Q(S', a) - Q(S, A) \Bigr]
 * ```
 */
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { ActionValues } from "./common/action_values.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { StepSize, stepSizeSchema } from "./common/step_size.ts";
import { tabularPolicy } from "./common/tabular_policy.ts";
import { TabularTask } from "./common/tabular_task.ts";

const config = z.strictObject({
  discount: z.number().min(0).max(1).default(0.99)
    .describe("Discount rate gamma."),
  stepSize: stepSizeSchema.default(0.1)
    .describe("Step size alpha: constant, { from, to, steps }, or { power } for 1 / visits^power."),
  epsilon: scheduleSchema.default(0.1)
    .describe("Probability of a random action: constant, or { from, to, steps } for linear decay."),
  initialValue: z.number().default(0)
    .describe("First estimate of every action value; a high one makes the agent try everything."),
});

type Config = z.infer<typeof config>;

type Saved = { steps: number; state: number; q: Snapshot; stepSize: Snapshot; task: Snapshot };

class QLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q: ActionValues;
  readonly #stepSize: StepSize;
  #state: number;

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#stepSize = new StepSize(this.#config.stepSize, states * actions);
    this.#state = this.#task.start(); // Initialize S.
  }

  train(untilStep: number): void {
    const { discount, epsilon } = this.#config;
    const task = this.#task;
    const q = this.#q;
    while (this.steps < untilStep) {
      // Choose A from S using the policy derived from Q (epsilon-greedy). Take action A, observe R,
      // S'.
      const state = this.#state;
      const action = q.epsilonGreedy(state, rateAt(epsilon, this.steps), task.random);
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;

      // Q(S, A) <- Q(S, A) + alpha [R + gamma max_a Q(S', a) - Q(S, A)]; a terminal S' is worth 0.
      const target = reward + (terminated ? 0 : discount * q.max(next));
      const pair = q.pair(state, action);
      q.table[pair] += this.#stepSize.next(pair, this.steps) * (target - q.table[pair]);

      // S <- S', until S is terminal.
      this.#state = terminated || truncated ? task.start() : next;
    }
  }

  policy(): Policy {
    return tabularPolicy(this.#task.environment, this.#q.greedyActions());
  }

  save(): Saved {
    return {
      steps: this.steps,
      state: this.#state,
      q: this.#q.save(),
      stepSize: this.#stepSize.save(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#state = saved.state;
    this.#q.restore(saved.q);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** Q-learning. */
export const qLearning: ControlAlgorithm = {
  name: "q_learning",
  title: "Q-learning",
  description:
    "Learns the values of the optimal policy while acting epsilon-greedily: each update " +
    "looks ahead to the best next action, whether or not it is taken.",
  source: "Watkins (1989); Sutton & Barto (2018), section 6.5",
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
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new QLearner(context),
};

export default qLearning;
