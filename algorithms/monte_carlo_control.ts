/**
 * Monte-Carlo control (Sutton & Barto, 2nd edition, sections 5.3 and 5.4).
 *
 * Action values are averages of the returns that followed, learned from whole episodes:
 *
 * ```math
 * \begin{aligned}
 * G_t &= R_{t+1} + \gamma R_{t+2} + \dots + \gamma^{T-t-1} R_T \\
 * Q(S_t, A_t) &\leftarrow Q(S_t, A_t) + \alpha \, \bigl[ G_t - Q(S_t, A_t) \bigr]
 * \end{aligned}
 * ```
 *
 * So that every pair goes on being tried, the agent either acts epsilon-greedily (section 5.4) or
 * starts each episode with a random state and action and acts greedily from there (exploring starts,
 * section 5.3). A greedy policy can go round in circles for ever: without a time limit, exploring
 * starts are for problems whose episodes end under every policy.
 *
 * Choices that the name leaves open: `visit` says which visits of a pair in an episode count. The
 * visits of an episode are learned from in the order in which they were made. An episode cut by a
 * time limit counts too: its return is completed with the present estimate at the last observation,
 * the expected value of an action of the policy.
 */
import { z } from "zod";
import { hasExploringStarts } from "../envs/exploring_starts.ts";
import type { Snapshot } from "../data/snapshot.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { ActionValues } from "./common/action_values.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { StepSize, stepSizeSchema } from "./common/step_size.ts";
import { tabularPolicy } from "./common/tabular_policy.ts";
import { TabularTask } from "./common/tabular_task.ts";

const config = z.strictObject({
  visit: z.enum(["first", "every"]).default("first")
    .describe("Which visits of a state-action pair in an episode are learned from."),
  start: z.enum(["epsilon-greedy", "exploring starts"]).default("epsilon-greedy")
    .describe("How exploration is kept up; exploring starts need an environment that offers them."),
  discount: z.number().min(0).max(1).default(0.99)
    .describe("Discount rate gamma."),
  stepSize: stepSizeSchema.default({ power: 1 })
    .describe(
      "Step size alpha: constant, { from, to, steps }, or { power } for 1 / visits^power; " +
        "{ power: 1 } is the sample average.",
    ),
  epsilon: scheduleSchema.default(0.1)
    .describe(
      "Probability of a random action: constant, or { from, to, steps } for linear decay; " +
        "unused with exploring starts.",
    ),
  initialValue: z.number().default(0)
    .describe("First estimate of every action value; a high one makes the agent try everything."),
});

type Config = z.infer<typeof config>;

type Saved = {
  steps: number;
  state: number;
  pairs: Int32Array;
  rewards: Float64Array;
  q: Snapshot;
  stepSize: Snapshot;
  task: Snapshot;
};

class MonteCarloLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  /** The states to start in; null for the environment's own choice. */
  readonly #startStates: Int32Array | null = null;
  readonly #q: ActionValues;
  readonly #stepSize: StepSize;
  /** While learning from an episode: 1 for the pairs already met in it. */
  readonly #met: Uint8Array;
  #state: number;
  // The episode so far: its pairs, and the reward that followed each.
  #pairs: number[] = [];
  #rewards: number[] = [];

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    if (this.#config.start === "exploring starts") {
      const environment = this.#task.environment.unwrapped;
      if (!hasExploringStarts(environment)) {
        throw new RangeError(
          `${environment.id}: offers no exploring starts; use start "epsilon-greedy"`,
        );
      }
      this.#startStates = environment.startStates;
    }
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#stepSize = new StepSize(this.#config.stepSize, states * actions);
    this.#met = new Uint8Array(states * actions);
    this.#state = this.#start();
  }

  /** Chooses S_0: with exploring starts, at random. */
  #start(): number {
    const states = this.#startStates;
    if (states === null) return this.#task.start();
    return this.#task.start({ state: states[this.#task.random.integers(0, states.length)] });
  }

  /** Epsilon of the policy that is followed and learned: exploring starts follow the greedy one. */
  #epsilon(): number {
    return this.#startStates === null ? rateAt(this.#config.epsilon, this.steps) : 0;
  }

  train(untilStep: number): void {
    const task = this.#task;
    const q = this.#q;
    while (this.steps < untilStep) {
      // Generate an episode following the policy; with exploring starts, A_0 is random.
      const epsilon = this.#pairs.length === 0 && this.#startStates !== null ? 1 : this.#epsilon();
      const action = q.epsilonGreedy(this.#state, epsilon, task.random);
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;
      this.#pairs.push(q.pair(this.#state, action));
      this.#rewards.push(reward);

      if (terminated || truncated) {
        this.#learn(terminated ? 0 : q.mean(next, this.#epsilon()));
        this.#state = this.#start();
      } else {
        this.#state = next;
      }
    }
  }

  /** Learns from the episode and forgets it. `rest` is the value of what follows its last step. */
  #learn(rest: number): void {
    const { discount, visit } = this.#config;
    const { table } = this.#q;
    const pairs = this.#pairs;
    // G <- gamma G + R_{t+1} for t = T-1, ..., 0
    const returns = this.#rewards;
    for (let t = returns.length - 1, g = rest; t >= 0; t--) {
      g = returns[t] += discount * g;
    }
    for (let t = 0; t < pairs.length; t++) {
      // Unless the pair appears before t in the episode (first visit):
      const pair = pairs[t];
      if (visit === "first" && this.#met[pair] === 1) continue;
      this.#met[pair] = 1;
      // Q(S_t, A_t) <- Q(S_t, A_t) + alpha [G - Q(S_t, A_t)]
      table[pair] += this.#stepSize.next(pair, this.steps) * (returns[t] - table[pair]);
    }
    for (const pair of pairs) this.#met[pair] = 0;
    this.#pairs = [];
    this.#rewards = [];
  }

  policy(): Policy {
    return tabularPolicy(this.#task.environment, this.#q.greedyActions());
  }

  save(): Saved {
    return {
      steps: this.steps,
      state: this.#state,
      pairs: Int32Array.from(this.#pairs),
      rewards: Float64Array.from(this.#rewards),
      q: this.#q.save(),
      stepSize: this.#stepSize.save(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#state = saved.state;
    this.#pairs = Array.from(saved.pairs);
    this.#rewards = Array.from(saved.rewards);
    this.#q.restore(saved.q);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** Monte-Carlo control. */
export const monteCarloControl: ControlAlgorithm = {
  name: "monte_carlo_control",
  title: "Monte-Carlo control",
  description:
    "Learns action values as averages of the returns of whole episodes (first visit or " +
    "every visit), acting epsilon-greedily or with exploring starts.",
  source: "Sutton & Barto (2018), sections 5.3 and 5.4",
  taxonomy: {
    family: "value-based",
    update: "Monte-Carlo",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  whyNot: ({ unwrapped }, { start }: Config) =>
    start === "exploring starts" && !hasExploringStarts(unwrapped)
      ? "needs exploring starts"
      : null,
  create: (context: Context<Config>) => new MonteCarloLearner(context),
};

export default monteCarloControl;
