/**
 * The command line of speed: `deno task perf [NAME...]`, `deno task perf engine` for the engine, `deno task
 * perf algorithms` for whole training, `deno task perf stats` for the statistics. Measures on one core of
 * this machine and prints; nothing is written. The numbers are the machine's, not Seedbed's: they are not
 * results.
 */
import { createLearner } from "../algorithms/create.ts";
import { qLearning } from "../algorithms/q_learning.ts";
import { make } from "../envs/make.ts";
import { defaultGenerator } from "../random/generator.ts";
import { nearest } from "../data/nearest.ts";
import { shortNumber } from "./progress.ts";

/** One thing to measure: does it `count` times. */
interface Measurement {
  readonly name: string;
  readonly what: string;
  readonly count: number;
  prepare(): () => void;
}

const measurements: readonly Measurement[] = [
  {
    name: "random",
    what: "float64 draws",
    count: 10_000_000,
    prepare() {
      const random = defaultGenerator(0);
      return () => {
        for (let i = 0; i < this.count; i++) random.random();
      };
    },
  },
  stepping("CartPole-v1", 3_000_000),
  stepping("MountainCar-v0", 3_000_000),
  stepping("Acrobot-v1", 500_000),
  stepping("FrozenLake-v1", 3_000_000),
  stepping("Taxi-v4", 3_000_000),
  stepping("Blackjack-v1", 3_000_000),
  {
    name: "q_learning",
    what: "Q-learning updates on FrozenLake-v1, environment and exploration included",
    count: 2_000_000,
    prepare() {
      const makeEnvironment = () => make("FrozenLake-v1");
      const learner = createLearner(qLearning, { makeEnvironment, seed: 0 });
      return () => learner.train(learner.steps + this.count);
    },
  },
];

/** Steps of an environment as `make` gives it, with random actions and resets. */
function stepping(id: string, count: number): Measurement {
  return {
    name: id,
    what: `steps of ${id} with random actions`,
    count,
    prepare() {
      const environment = make(id);
      const random = defaultGenerator(0);
      const { description } = environment.actionSpace;
      const actions = description.type === "Discrete" ? description.n : 0;
      environment.reset({ seed: 0 });
      return () => {
        for (let i = 0; i < count; i++) {
          const step = environment.step(random.integers(0, actions));
          if (step.terminated || step.truncated) environment.reset();
        }
      };
    },
  };
}

/** How often each measurement is repeated; the best counts, as other work on the machine only slows. */
const repeats = 5;

/** Measures and prints; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "engine") return await (await import("./perf_engine.ts")).main();
  if (args[0] === "algorithms") return (await import("./perf_algorithms.ts")).main();
  if (args[0] === "stats") return (await import("./perf_stats.ts")).main();
  const names = measurements.map(({ name }) => name);
  const unknown = args.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(
      `perf: nothing is named "${unknown}"${
        nearest(unknown, [...names, "engine", "algorithms", "stats"])
      }`,
    );
    return 2;
  }
  for (const measurement of measurements) {
    if (args.length > 0 && !args.includes(measurement.name)) continue;
    const run = measurement.prepare();
    run(); // Lets V8 compile.
    let best = Infinity;
    for (let i = 0; i < repeats; i++) {
      const begin = performance.now();
      run();
      best = Math.min(best, performance.now() - begin);
    }
    const speed = shortNumber(measurement.count / (best / 1000));
    console.log(`${speed.padStart(8)} per second: ${measurement.what}`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
