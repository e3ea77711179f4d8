/** The random streams of one run: one generator per purpose, so that no purpose disturbs another. */
import { Generator } from "../../random/generator.ts";
import { PCG64 } from "../../random/pcg64.ts";
import { SeedSequence } from "../../random/seed_sequence.ts";

/** One generator per purpose, all derived from one seed. */
export interface Streams {
  /** Seeds for the training environments: draw one with `environmentSeed`. */
  readonly environment: Generator;
  /** Choice of exploratory actions and of ties between equal values. */
  readonly exploration: Generator;
  /** First weights. */
  readonly initialisation: Generator;
  /** Minibatches, replay samples, shuffling. */
  readonly minibatches: Generator;
}

/** The streams of the run with this seed. Their order is part of the results: only append. */
export function streamsOf(seed: number | bigint): Streams {
  const children = new SeedSequence(seed).spawn(4);
  const [environment, exploration, initialisation, minibatches] = children.map((child) =>
    new Generator(new PCG64(child))
  );
  return { environment, exploration, initialisation, minibatches };
}

/** Draws a seed for one training environment: a whole number below 2^32. */
export function environmentSeed(streams: Streams): number {
  return streams.environment.integers(0, 4294967296);
}
