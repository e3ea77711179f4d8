/**
 * n-step SARSA: on-policy n-step TD control (Sutton & Barto, 2nd edition, section 7.2).
 *
 * Between SARSA (n = 1) and Monte-Carlo control (n as long as an episode): each update moves the
 * pair visited n steps ago towards the n rewards since then and the value of the action to be taken
 * next.
 *
 * ```math
 * \begin{aligned}
 * G_{t:t+n} &= R_{t+1} + \gamma R_{t+2} + \dots + \gamma^{n-1} R_{t+n}
 *   + \gamma^n Q(S_{t+n}, A_{t+n}) \\
 * Q(S_t, A_t) &\leftarrow Q(S_t, A_t) + \alpha \, \bigl[ G_{t:t+n} - Q(S_t, A_t) \bigr]
 * \end{aligned}
 * ```
 *
 * Near the end of an episode fewer than n rewards are left; the sum then ends with the episode.
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
  n: z.int().min(1).max(100_000).default(4)
    .describe("Number of rewards in each return before the estimate takes over."),
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
  pairs: Int32Array;
  rewards: Float64Array;
  q: Snapshot;
  stepSize: Snapshot;
  task: Snapshot;
};

class NStepSarsaLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q: ActionValues;
  readonly #stepSize: StepSize;
  #state: number;
  #action: number;
  // The pairs not yet updated, at most n, and the rewards that followed them: rings, oldest first.
  readonly #pairs: Int32Array;
  readonly #rewards: Float64Array;
  #oldest = 0;
  #waiting = 0;

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#stepSize = new StepSize(this.#config.stepSize, states * actions);
    this.#pairs = new Int32Array(this.#config.n);
    this.#rewards = new Float64Array(this.#config.n);
    this.#state = this.#task.start(); // Initialize S_0.
    this.#action = this.#choose(this.#state);
  }

  /** Chooses from a state using the policy derived from Q (epsilon-greedy). */
  #choose(state: number): number {
    const epsilon = rateAt(this.#config.epsilon, this.steps);
    return this.#q.epsilonGreedy(state, epsilon, this.#task.random);
  }

  train(untilStep: number): void {
    const { n } = this.#config;
    const task = this.#task;
    const q = this.#q;
    while (this.steps < untilStep) {
      // Take action A_t, observe and store R_{t+1}, S_{t+1}.
      const { next, reward, terminated, truncated } = task.step(this.#action);
      this.steps++;
      const newest = this.#place(this.#waiting++);
      this.#pairs[newest] = q.pair(this.#state, this.#action);
      this.#rewards[newest] = reward;

      // Choose A_{t+1}. At a time limit too: the cut episode would have gone on with it.
      const nextAction = terminated ? 0 : this.#choose(next);

      const ended = terminated || truncated;
      if (ended) {
        // No more rewards come: update all that wait, with shorter returns. At a time limit they
        // look ahead to (S_T, A_T); a terminal S_T is worth 0.
        while (this.#waiting > 0) {
          this.#update(terminated ? 0 : q.table[q.pair(next, nextAction)]);
        }
      } else if (this.#waiting === n) {
        this.#update(q.table[q.pair(next, nextAction)]);
      }

      this.#state = ended ? task.start() : next;
      this.#action = ended ? this.#choose(this.#state) : nextAction;
    }
  }

  /** Updates the pair that waits longest. */
  #update(lookahead: number): void {
    const { discount } = this.#config;
    const { table } = this.#q;
    // G <- R_{tau+1} + gamma R_{tau+2} + ... + gamma^n Q(S_{tau+n}, A_{tau+n}), summed from the
    // end.
    let target = lookahead;
    for (let i = this.#waiting - 1; i >= 0; i--) {
      target = this.#rewards[this.#place(i)] + discount * target;
    }
    // Q(S_tau, A_tau) <- Q(S_tau, A_tau) + alpha [G - Q(S_tau, A_tau)]
    const pair = this.#pairs[this.#oldest];
    table[pair] += this.#stepSize.next(pair, this.steps) * (target - table[pair]);
    this.#oldest = this.#place(1);
    this.#waiting--;
  }

  /** Place in the rings of the i-th oldest entry. */
  #place(i: number): number {
    const place = this.#oldest + i;
    return place < this.#config.n ? place : place - this.#config.n;
  }

  policy(): Policy {
    return tabularPolicy(this.#task.environment, this.#q.greedyActions());
  }

  save(): Saved {
    const places = Int32Array.from({ length: this.#waiting }, (_, i) => this.#place(i));
    return {
      steps: this.steps,
      state: this.#state,
      action: this.#action,
      pairs: places.map((place) => this.#pairs[place]),
      rewards: Float64Array.from(places, (place) => this.#rewards[place]),
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
    this.#pairs.set(saved.pairs);
    this.#rewards.set(saved.rewards);
    this.#oldest = 0;
    this.#waiting = saved.pairs.length;
    this.#q.restore(saved.q);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** n-step SARSA. */
export const nStepSarsa: ControlAlgorithm = {
  name: "n_step_sarsa",
  title: "n-step SARSA",
  description:
    "Between SARSA and Monte-Carlo: each update looks at the n rewards that followed and " +
    "then at the next action that is really taken.",
  source: "Sutton & Barto (2018), section 7.2",
  taxonomy: {
    family: "value-based",
    update: "n-step TD",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new NStepSarsaLearner(context),
};

export default nStepSarsa;
