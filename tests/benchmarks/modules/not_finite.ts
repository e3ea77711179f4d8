/** An algorithm that does not notice that its policy's actions are no numbers. */
import { randomPolicy } from "../../../algorithms/random_policy.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

const notFinite: ControlAlgorithm = {
  ...randomPolicy,
  name: "not_finite",
  title: "Not finite",
  module: import.meta.url,
  create(context) {
    const learner = randomPolicy.create(context);
    const policy = learner.policy();
    learner.policy = () => ({ ...policy, noise: 0, act: () => Float32Array.of(NaN) });
    return learner;
  },
};

export default notFinite;
