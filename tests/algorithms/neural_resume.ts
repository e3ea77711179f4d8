/**
 * The second half of a test, to be run as a process of its own: reads learners' snapshots, goes on from
 * them and writes what comes out. Arguments: the file to read, the file to write, the steps to go to.
 */
import { decodeSnapshot, encodeSnapshot, type Snapshot } from "../../data/snapshot.ts";
import { neuralCases, neuralLearner } from "./neural_learners.ts";

const [from, to, until] = Deno.args;
const saved = decodeSnapshot(await Deno.readFile(from)) as Readonly<Record<string, Snapshot>>;
const ends: Record<string, Snapshot> = {};
for (const each of neuralCases) {
  const learner = neuralLearner(each, 7); // Another seed: all must come from the snapshot.
  learner.train(3);
  learner.restore(saved[each.name]);
  learner.train(Number(until));
  ends[each.name] = learner.save();
}
await Deno.writeFile(to, encodeSnapshot(ends));
