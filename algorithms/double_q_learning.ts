/**
 * Double Q-learning: off-policy TD control without maximization bias (Sutton & Barto, 2nd edition,
 * section 6.7).
 *
 * The maximum of noisy estimates is too high on average. Two tables learn from different steps:
 * each update chooses the best next action by the one and takes its value from the other.
 *
 * ```math
 * Q_1(S, A) \leftarrow Q_1(S, A)
 *   + \alpha \, \Bigl[ R + \gamma \, Q_2\bigl(S', \arg\max_a Q_1(S', a)\bigr) - Q_1(S, A) \Bigr]
 * ```
 *
 * With probability 1/2 the two tables change places. The agent acts epsilon-greedily in their sum.
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
    .describe(
      "Step size alpha: constant, { from, to, steps }, or { power } for 1 / visits^power, " +
        "visits being the table's own.",
    ),
  epsilon: scheduleSchema.default(0.1)
    .describe("Probability of a random action: constant, or { from, to, steps } for linear decay."),
  initialValue: z.number().default(0)
    .describe("First estimate of every action value; a high one makes the agent try everything."),
});

type Config = z.infer<typeof config>;

type Saved = {
  steps: number;
  state: number;
  q1: Snapshot;
  q2: Snapshot;
  stepSize1: Snapshot;
  stepSize2: Snapshot;
  task: Snapshot;
};

class DoubleQLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q1: ActionValues;
  readonly #q2: ActionValues;
  /** Q1 + Q2, kept current. */
  readonly #sum: ActionValues;
  readonly #stepSize1: StepSize;
  readonly #stepSize2: StepSize;
  #state: number;

  constructor(context: Context<Config>) {
    const { initialValue, stepSize } = this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q1 = new ActionValues(states, actions, initialValue);
    this.#q2 = new ActionValues(states, actions, initialValue);
    this.#sum = new ActionValues(states, actions, initialValue + initialValue);
    this.#stepSize1 = new StepSize(stepSize, states * actions);
    this.#stepSize2 = new StepSize(stepSize, states * actions);
    this.#state = this.#task.start(); // Initialize S.
  }

  train(untilStep: number): void {
    const { epsilon } = this.#config;
    const task = this.#task;
    while (this.steps < untilStep) {
      // Choose A from S using the policy epsilon-greedy in Q1 + Q2. Take action A, observe R, S'.
      const state = this.#state;
      const action = this.#sum.epsilonGreedy(state, rateAt(epsilon, this.steps), task.random);
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;

      // With probability 1/2 update Q1, else Q2.
      const pair = this.#sum.pair(state, action);
      const after = terminated ? -1 : next;
      if (task.random.random() < 0.5) {
        this.#update(pair, reward, after, this.#q1, this.#q2, this.#stepSize1);
      } else {
        this.#update(pair, reward, after, this.#q2, this.#q1, this.#stepSize2);
      }
      this.#sum.table[pair] = this.#q1.table[pair] + this.#q2.table[pair];

      // S <- S', until S is terminal.
      this.#state = terminated || truncated ? task.start() : next;
    }
  }

  /**
   * Q1(S, A) <- Q1(S, A) + alpha [R + gamma Q2(S', argmax_a Q1(S', a)) - Q1(S, A)], or the same
   * with the tables exchanged. A terminal S' (-1) is worth 0.
   */
  #update(
    pair: number,
    reward: number,
    next: number,
    own: ActionValues,
    other: ActionValues,
    stepSize: StepSize,
  ): void {
    let target = reward;
    if (next >= 0) {
      const best = own.greedy(next, this.#task.random);
      target += this.#config.discount * other.table[other.pair(next, best)];
    }
    own.table[pair] += stepSize.next(pair, this.steps) * (target - own.table[pair]);
  }

  policy(): Policy {
    return tabularPolicy(this.#task.environment, this.#sum.greedyActions());
  }

  save(): Saved {
    return {
      steps: this.steps,
      state: this.#state,
      q1: this.#q1.save(),
      q2: this.#q2.save(),
      stepSize1: this.#stepSize1.save(),
      stepSize2: this.#stepSize2.save(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#state = saved.state;
    this.#q1.restore(saved.q1);
    this.#q2.restore(saved.q2);
    this.#sum.table.set(this.#q1.table.map((value, pair) => value + this.#q2.table[pair]));
    this.#stepSize1.restore(saved.stepSize1);
    this.#stepSize2.restore(saved.stepSize2);
    this.#task.restore(saved.task);
  }
}

/** Double Q-learning. */
export const doubleQLearning: ControlAlgorithm = {
  name: "double_q_learning",
  title: "Double Q-learning",
  description:
    "Q-learning with two tables: one chooses the best next action, the other tells its " +
    "value, so that chance errors do not make values too high.",
  source: "van Hasselt (2010); Sutton & Barto (2018), section 6.7",
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
  create: (context: Context<Config>) => new DoubleQLearner(context),
};

export default doubleQLearning;
