/**
 * SARSA(lambda) with replacing traces: on-policy TD(lambda) control (Sutton & Barto, 2nd edition,
 * section 12.7, with one binary feature per state-action pair).
 *
 * Each step's error of SARSA updates all pairs visited in the episode, in proportion to their
 * traces: 1 for the pair just visited, fading by gamma lambda per step.
 *
 * ```math
 * \begin{aligned}
 * \delta &= R + \gamma \, Q(S', A') - Q(S, A) \\
 * z(S, A) &\leftarrow 1 \\
 * Q(s, a) &\leftarrow Q(s, a) + \alpha \, \delta \, z(s, a) \quad \text{for every } s, a \\
 * z(s, a) &\leftarrow \gamma \lambda \, z(s, a) \quad \text{for every } s, a
 * \end{aligned}
 * ```
 *
 * Other actions of a visited state keep their traces.
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
    .describe("Trace-decay rate: 0 is SARSA, 1 is close to Monte-Carlo."),
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
  action: number;
  q: Snapshot;
  traces: Snapshot;
  stepSize: Snapshot;
  task: Snapshot;
};

class SarsaLambdaLearner implements Learner {
  steps = 0;
  readonly #config: Config;
  readonly #task: TabularTask;
  readonly #q: ActionValues;
  readonly #traces: ReplacingTraces;
  readonly #stepSize: StepSize;
  #state: number;
  #action: number;

  constructor(context: Context<Config>) {
    this.#config = context.config;
    this.#task = new TabularTask(context);
    const { states, actions } = this.#task;
    this.#q = new ActionValues(states, actions, this.#config.initialValue);
    this.#traces = new ReplacingTraces(states * actions);
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
    const { discount, lambda } = this.#config;
    const task = this.#task;
    const q = this.#q;
    const traces = this.#traces;
    while (this.steps < untilStep) {
      // Take action A, observe R, S'.
      const state = this.#state;
      const action = this.#action;
      const { next, reward, terminated, truncated } = task.step(action);
      this.steps++;

      // Choose A' from S'. At a time limit too: the cut episode would have gone on with it.
      const nextAction = terminated ? 0 : this.#choose(next);

      // delta <- R + gamma Q(S', A') - Q(S, A); a terminal S' is worth 0.
      const target = reward + (terminated ? 0 : discount * q.table[q.pair(next, nextAction)]);
      const pair = q.pair(state, action);
      const delta = target - q.table[pair];

      // Z(S, A) <- 1; Q <- Q + alpha delta Z; Z <- gamma lambda Z
      traces.visit(pair);
      traces.update(q.table, this.#stepSize.next(pair, this.steps) * delta, discount * lambda);

      // S <- S', A <- A', until S is terminal; traces do not reach into the next episode.
      const ended = terminated || truncated;
      if (ended) traces.clear();
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
      traces: this.#traces.save(),
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
    this.#traces.restore(saved.traces);
    this.#stepSize.restore(saved.stepSize);
    this.#task.restore(saved.task);
  }
}

/** SARSA(lambda). */
export const sarsaLambda: ControlAlgorithm = {
  name: "sarsa_lambda",
  title: "SARSA(lambda)",
  description:
    "SARSA whose errors also update the pairs visited before, in proportion to eligibility " +
    "traces that fade with time (replacing traces).",
  source: "Rummery & Niranjan (1994); Singh & Sutton (1996); Sutton & Barto (2018), section 12.7",
  taxonomy: {
    family: "value-based",
    update: "TD(lambda)",
    policy: "on-policy",
    modelBased: false,
    observations: ["discrete"],
    actions: ["discrete"],
  },
  module: import.meta.url,
  config,
  task: "control",
  unit: "environment steps",
  create: (context: Context<Config>) => new SarsaLambdaLearner(context),
};

export default sarsaLambda;
