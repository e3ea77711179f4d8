/**
 * Watkins's Q(lambda): off-policy TD(lambda) control (Sutton & Barto, 2nd edition, section 12.10),
 * with replacing traces.
 *
 * Each step's error of Q-learning also updates the pairs visited before, in proportion to their
 * traces.
 *
 * ```math
 * \begin{aligned}
 * \delta &= R + \gamma \max_a Q(S', a) - Q(S, A) \\
 * z(S, A) &\leftarrow 1 \\
 * Q(s, a) &\leftarrow Q(s, a) + \alpha \, \delta \, z(s, a) \quad \text{for every } s, a \\
 * z(s, a) &\leftarrow \gamma \lambda \, z(s, a) \quad \text{for every } s, a
 * \end{aligned}
 * ```
 *
 * The traces end where the agent explores: what follows a non-greedy action says nothing about the
 * greedy policy, whose values are learned.
 */
import { z } from "zod";
import type { Snapshot } from "../data/snapshot.ts";
import type { Context, ControlAlgorithm, Learner, Policy } from "./algorithm.ts";
import { ActionValues } from "./common/action_values.ts";
import { ReplacingTraces } from "./common/replacing_traces.ts";
import { rateAt, scheduleSchema } from "./common/schedule.ts";
import { StepSize, stepSizeSchema } from "./common/step_size.ts";
import { tabularPolicy } from "./common/tabular_policy.ts";
import { TabularTask } from "./common/tabular_task.ts";

const config = z.strictObject({
  lambda: z.number().min(0).max(1).default(0.9)
    .describe("Trace-decay rate: 0 is Q-learning."),
  discount: z.number().min(0).max(1).default(0.99)
    .describe("Discount rate gamma."),
  stepSize: stepSizeSchema.default(0.1)
    .describe(
      "Step size alpha: constant, { from, to, steps }, or { power } for 1 / visits^power " +
        "of the pair just visited.",
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
  q: Snapshot;
  traces: Snapshot;
  stepSize: Snapshot;
  task: Snapshot;
};

class QLambdaLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q: ActionValues;
  readonly #traces: ReplacingTraces;
  readonly #stepSize: StepSize;
  #state: number;

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#traces = new ReplacingTraces(states * actions);
    this.#stepSize = new StepSize(this.#config.stepSize, states * actions);
    this.#state = this.#task.start(); // Initialize S.
  }

  train(untilStep: number): void {
    const { discount, lambda, epsilon } = this.#config;
    const task = this.#task;
    const q = this.#q;
    const traces = this.#traces;
    while (this.steps < untilStep) {
      // Choose A from S using the policy derived from Q (epsilon-greedy). A non-greedy one ends the
      // traces; a random action that happens to be as good as the best does not.
      const state = this.#state;
      const action = q.epsilonGreedy(state, rateAt(epsilon, this.steps), task.random);
      const pair = q.pair(state, action);
      if (q.table[pair] < q.max(state)) traces.clear();

      // Take action A, observe R, S'.
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;

      // delta <- R + gamma max_a Q(S', a) - Q(S, A); a terminal S' is worth 0.
      const target = reward + (terminated ? 0 : discount * q.max(next));
      const delta = target - q.table[pair];

      // Z(S, A) <- 1; Q <- Q + alpha delta Z; Z <- gamma lambda Z
      traces.visit(pair);
      traces.update(q.table, this.#stepSize.next(pair, this.steps) * delta, discount * lambda);

      // S <- S', until S is terminal; traces do not reach into the next episode.
      const ended = terminated || truncated;
      if (ended) traces.clear();
      this.#state = ended ? task.start() : next;
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
      traces: this.#traces.save(),
      stepSize: this.#stepSize.save(),
      task: this.#task.save(),
    };
  }

  restore(snapshot: Snapshot): void {
    const saved = snapshot as Saved;
    this.steps = saved.steps;
    this.#state = saved.state;
    this.#q.restore(saved.q);
    this.#traces.restore(saved.traces);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** Watkins's Q(lambda). */
export const qLambda: ControlAlgorithm = {
  name: "q_lambda",
  title: "Watkins's Q(lambda)",
  description: "Q-learning whose errors also update the pairs visited before, in proportion to " +
    "eligibility traces that end where the agent explores (replacing traces).",
  source: "Watkins (1989); Sutton & Barto (2018), section 12.10",
  taxonomy: {
    family: "value-based",
    update: "TD(lambda)",
    policy: "off-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new QLambdaLearner(context),
};

export default qLambda;
