/**
 * Steps environments for allocation_test.ts. Arguments: a number of steps, and a JSON list of ids and
 * options, with the autoreset mode if a vector of copies is to be stepped. The steps that count lie between two full collections, which mark them in V8's trace. First
 * comes a control: the same loop with one small object per step.
 */
import type { Action, Environment } from "../../envs/environment.ts";
import type { MakeOptions } from "../../envs/make_from_spec.ts";
import { make } from "../../envs/make.ts";
import { SyncVector } from "../../envs/vector/sync_vector.ts";
import type { AutoresetMode } from "../../envs/vector/vector_environment.ts";

type Measured = [id: string, options: MakeOptions, autoreset?: AutoresetMode];

const { gc } = globalThis as unknown as { readonly gc: () => void };
const steps = Number(Deno.args[0]);
const environments = JSON.parse(Deno.args[1]) as Measured[];

/** What the control allocates is stored here, so that it cannot be optimized away. */
export const kept: { last?: { readonly step: number } } = {};

measure(environments[0], (step) => kept.last = { step });
for (const environment of environments) measure(environment);

function measure([id, options, autoreset]: Measured, each?: (step: number) => void): void {
  const play = autoreset === undefined
    ? single(make(id, options), each)
    : vector(Array.from({ length: 4 }, () => make(id, options)), autoreset);
  play(); // until everything is compiled
  gc();
  play();
  gc();
}

function single(environment: Environment, each?: (step: number) => void): () => void {
  const actions = Array.from({ length: 101 }, () => environment.actionSpace.sample());
  environment.reset({ seed: 1 });
  return () => run(environment, actions, each);
}

/** As many steps, shared out among the copies. */
function vector(copies: readonly Environment[], autoreset: AutoresetMode): () => void {
  const vector = new SyncVector(copies, autoreset);
  const actions = Array.from({ length: 101 }, () => vector.actionSpace.sample());
  vector.reset({ seed: 1 });
  return () => {
    for (let i = 0; i < steps / copies.length; i++) vector.step(actions[i % actions.length]);
  };
}

function run(
  environment: Environment,
  actions: readonly Action[],
  each: ((step: number) => void) | undefined,
): void {
  for (let step = 0; step < steps; step++) {
    const { terminated, truncated } = environment.step(actions[step % actions.length]);
    if (terminated || truncated) environment.reset();
    each?.(step);
  }
}
