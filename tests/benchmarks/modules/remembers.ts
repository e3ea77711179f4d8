/** An algorithm whose policy depends on how many runs its module has seen: what must not leak. */
import { qLearning } from "../../../algorithms/q_learning.ts";
import type { ControlAlgorithm } from "../../../algorithms/algorithm.ts";

let runs = 0;

const remembers: ControlAlgorithm = {
  ...qLearning,
  name: "remembers",
  title: "Remembers",
  module: import.meta.url,
  create(context) {
    runs++;
    for (let i = 0; i < runs; i++) context.streams.exploration.random();
    return qLearning.create(context);
  },
};

export default remembers;
