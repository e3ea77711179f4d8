/**
 * SARSA: on-policy TD control (Sutton & Barto, 2nd edition, section 6.4).
 *
 * The agent learns the values of the epsilon-greedy policy that it follows: each update moves
 * Q(S, A) towards the reward plus the discounted value of the next action that it is going to take.
 *
 * ```math
 * Q(S, A) \leftarrow Q(S, A) + \alpha \, \bigl[ R + \gamma \, Q(S', A') - Q(S, A) \bigr]
 * ```
 *
 * The name is the five things that an update needs: S, A, R, S', A'.
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

type Saved = {
  steps: number;
  state: number;
  action: number;
  q: Snapshot;
  stepSize: Snapshot;
  task: Snapshot;
};

class SarsaLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q: ActionValues;
  readonly #stepSize: StepSize;
  #state: number;
  #action: number;

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#stepSize = new StepSize(this.#config.stepSize, states * actions);
    this.#state = this.#task.start(); // Initialize S.
    this.#action = this.#choose(this.#state);
  }

  /** Chooses from a state using the policy derived from Q (epsilon-greedy). */
  #choose(state: number): number {
    const epsilon = rateAt(this.#config.epsilon, this.steps);
    return this.#q.epsilonGreedy(state, epsilon, this.#task.random);
  }

  train(untilStep: number): void {
    const { discount } = this.#config;
    const task = this.#task;
    const q = this.#q;
    while (this.steps < untilStep) {
      // Take action A, observe R, S'.
      const state = this.#state;
      const action = this.#action;
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;

      // Choose A' from S'. At a time limit too: the cut episode would have gone on with it.
      const nextAction = terminated ? 0 : this.#choose(next);

      // Q(S, A) <- Q(S, A) + alpha [R + gamma Q(S', A') - Q(S, A)]; a terminal S' is worth 0.
      const target = reward + (terminated ? 0 : discount * q.table[q.pair(next, nextAction)]);
      const pair = q.pair(state, action);
      q.table[pair] += this.#stepSize.next(pair, this.steps) * (target - q.table[pair]);

      // S <- S', A <- A', until S is terminal.
      const ended = terminated || truncated;
      this.#state = ended ? task.start() : next;
      this.#action = ended ? this.#choose(this.#state) : nextAction;
    }
  }

  policy(): Policy {
    return tabularPolicy(this.#task.environment, this.#q.greedyActions());
  }

  save(): Saved {
    return {
      steps: this.steps,
      state: this.#state,
      action: this.#action,
      q: this.#q.save(),
      stepSize: this.#stepSize.save(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#state = saved.state;
    this.#action = saved.action;
    this.#q.restore(saved.q);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** SARSA. */
export const sarsa: ControlAlgorithm = {
  name: "sarsa",
  title: "SARSA",
  description:
    "Learns the values of the epsilon-greedy policy that it follows: each update looks " +
    "ahead to the next action that is really taken.",
  source: "Rummery & Niranjan (1994); Sutton & Barto (2018), section 6.4",
  taxonomy: {
    family: "value-based",
    update: "TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new SarsaLearner(context),
};

export default sarsa;
