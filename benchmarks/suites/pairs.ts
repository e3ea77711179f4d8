/**
 * Which rows of a suite are compared in pairs, and the question that each pair answers. The first row
 * has the part in question, the second goes without it or has another in its place.
 */

/** A declared comparison of two rows, on every environment that has both. */
export interface DeclaredPair {
  readonly entry: string;
  readonly against: string;
  /** What is compared. */
  readonly title: string;
  /** What the comparison answers. */
  readonly question: string;
}

const target = "Does a target network help?";
const replay = "Does replay help?";
const baseline = "Does a baseline help?";
const targets = "Which targets for an actor-critic?";
const noise = "Does noise help a deterministic policy explore?";
const following = "How should target networks follow?";

const ablation: readonly DeclaredPair[] = [
  {
    entry: "dqn-target",
    against: "dqn-no_target",
    title: "DQN: target network or none",
    question: target,
  },
  {
    entry: "dueling_dqn-target",
    against: "dueling_dqn-no_target",
    title: "Dueling DQN: target network or none",
    question: target,
  },
  {
    entry: "dueling_dqn-target",
    against: "dqn-target",
    title: "DQN: dueling heads or one",
    question: "Do dueling heads help?",
  },
  {
    entry: "dueling_dqn-no_target",
    against: "dqn-no_target",
    title: "DQN without target network: dueling heads or one",
    question: "Do dueling heads help?",
  },
  {
    entry: "dqn-replay",
    against: "dqn-no_replay",
    title: "DQN: replay or the latest transitions",
    question: replay,
  },
  {
    entry: "reinforce-baseline",
    against: "reinforce-no_baseline",
    title: "REINFORCE: baseline or none",
    question: baseline,
  },
  {
    entry: "a2c-gae",
    against: "a2c-monte_carlo",
    title: "A2C: GAE or Monte-Carlo",
    question: targets,
  },
  { entry: "a2c-gae", against: "a2c-td", title: "A2C: GAE or TD", question: targets },
  {
    entry: "a2c-td",
    against: "a2c-monte_carlo",
    title: "A2C: TD or Monte-Carlo",
    question: targets,
  },
  {
    entry: "ddpg-gaussian",
    against: "ddpg-no_noise",
    title: "DDPG: Gaussian noise or none",
    question: noise,
  },
  {
    entry: "ddpg-ornstein_uhlenbeck",
    against: "ddpg-no_noise",
    title: "DDPG: Ornstein-Uhlenbeck noise or none",
    question: noise,
  },
  {
    entry: "ddpg-ornstein_uhlenbeck",
    against: "ddpg-gaussian",
    title: "DDPG: Ornstein-Uhlenbeck or Gaussian noise",
    question: "Which noise for a deterministic policy?",
  },
  {
    entry: "ddpg-gaussian",
    against: "ddpg-hard_target",
    title: "DDPG: soft or hard targets",
    question: following,
  },
  {
    entry: "ddpg-gaussian",
    against: "ddpg-no_target",
    title: "DDPG: soft targets or no target networks",
    question: "Do target networks help an actor-critic?",
  },
];

/** The declared pairs of a suite; most have none. */
export function pairsOf(suite: string): readonly DeclaredPair[] {
  return suite === "ablation" ? ablation : [];
}
