/** An evaluation episode of a published policy, ready to be played, and what was recorded of it. */
import { UsageError } from "../../benchmarks/usage_error.ts";
import { builtin } from "../../envs/builtin.ts";
import { openPolicy } from "../page/player.ts";
import { Replay } from "../page/replay.ts";
import type { Published } from "./find.ts";

/** An episode to watch. */
export interface Episode {
  /** What is watched, in one line. */
  readonly title: string;
  readonly environment: {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
  /** The reset seed. */
  readonly seed: number;
  /** The return that the result file records for this seed; undefined if it records none. */
  readonly recorded: number | undefined;
  /** Plays it. */
  readonly replay: Replay;
}

/**
 * Prepares an episode.
 *
 * @param seed the reset seed; the first evaluation seed if left out
 * @throws UsageError if the environment is not built in
 */
export function episodeOf({ result, run, onnx }: Published, seed?: number): Episode {
  const { suite, title, environment: { id, options }, evaluation } = result;
  if (!builtin.some((spec) => spec.id === id)) {
    throw new UsageError(`${id} is not built in, and only built-in environments can be watched`);
  }
  const [first] = evaluation.finalSeeds;
  const chosen = seed ?? first;
  return {
    title: `${id}  ${title}  (suite ${suite}, run ${run.seed}, episode ${chosen})`,
    environment: { id, options },
    seed: chosen,
    recorded: run.final.returns[chosen - first] ?? undefined,
    replay: new Replay({
      environment: { id, options },
      policy: openPolicy(onnx),
      runSeed: run.seed,
    }),
  };
}
