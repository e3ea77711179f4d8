/**
 * Steps the environments named on the command line, one after the other, for allocation_test.ts. What
 * is measured lies between two full collections, which mark it in V8's trace.
 */
import type { Environment } from "../../envs/environment.ts";
import { make } from "../../envs/make.ts";

const { gc } = globalThis as unknown as { readonly gc: () => void };
const [steps, ...ids] = Deno.args;

for (const id of ids) {
  const environment = make(id);
  const actions = Array.from({ length: 101 }, () => environment.actionSpace.sample());
  environment.reset({ seed: 1 });
  run(environment, actions, Number(steps));
  gc();
  run(environment, actions, Number(steps));
  gc();
}

/** Steps, with a reset at each end of an episode. */
function run(environment: Environment, actions: ReturnType<Environment["actionSpace"]["sample"]>[], steps: number): void {
  let next = 0;
  for (let i = 0; i < steps; i++) {
    const { terminated, truncated } = environment.step(actions[next]);
    if (++next === actions.length) next = 0;
    if (terminated || truncated) environment.reset();
  }
}
