/** The command line of watching: `deno task watch ENVIRONMENT ALGORITHM`. */
import { Command, InvalidArgumentError } from "commander";
import { folder, publishedResults, runCommand, stoppable } from "../../benchmarks/options.ts";
import { episodeOf } from "./episode.ts";
import { findPublished, searchOrder } from "./find.ts";
import { play } from "./play.ts";
import { standardOutput, type Terminal } from "./screen.ts";

interface Options {
  readonly results: string;
  readonly suite?: string;
  readonly seed?: number;
  readonly speed: number;
}

/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

function commandLine(): Command {
  return new Command("watch")
    .description("Plays a published policy in the terminal. Ctrl-C ends it.")
    .argument("<environment>", "such as CartPole-v1")
    .argument("<algorithm>", "name of the row, such as ppo or a2c-gae")
    .option(
      "--suite <name>",
      `where to look (default: the first of ${searchOrder.join(", ")} that has it)`,
    )
    .option("--results <folder>", "where the results are", folder, publishedResults)
    .option(
      "--seed <number>",
      "reset seed of the episode (default: that of the first evaluation episode)",
      wholeNumber,
    )
    .option("--speed <factor>", "how many times faster", factor, 1)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

/** Runs the command line; returns the exit code: 0 done, 1 a failure, 2 wrong usage, 130 stopped. */
export function main(
  args: readonly string[],
  terminal: Terminal = standardOutput,
): Promise<number> {
  return runCommand("watch", async () => {
    const command = commandLine().parse(args, { from: "user" });
    const [environment, entry] = command.args;
    const { results, suite, seed, speed } = command.opts<Options>();
    const published = await findPublished(results, { environment, entry, suite });
    const episode = episodeOf(published, seed);
    const isSame = await stoppable((signal) => play(episode, { terminal, speed, signal }));
    return isSame === undefined ? INTERRUPTED : isSame ? 0 : 1;
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("it must be a whole number, such as 1000000");
  }
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value >= 0.01 && value <= 1000)) {
    throw new InvalidArgumentError("it must be a number from 0.01 to 1000, such as 2 or 0.5");
  }
  return value;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
