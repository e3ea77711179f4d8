import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeSnapshot, encodeSnapshot } from "../../data/snapshot.ts";
import { tabularModel } from "../../envs/tabular_model.ts";
import { OrderEnforcing } from "../../envs/wrappers/order_enforcing.ts";
import { TimeLimit } from "../../envs/wrappers/time_limit.ts";
import { Countdown } from "./countdown.ts";

/** Never ends by itself if the action is 0 and the draws are 0: the count is high. */
class Long extends Countdown {
  override reset(...args: Parameters<Countdown["reset"]>) {
    super.reset(...args);
    this.count = 1000;
    return this.result;
  }
}

Deno.test("a step before the first reset is refused; after the end of an episode it is not", () => {
  const env = new OrderEnforcing(new Countdown());
  assertThrows(() => env.step(0), Error, "Countdown-v0: call reset() before the first step()");
  env.reset({ seed: 1 });
  while (!env.step(1).terminated);
  assert(env.step(1).terminated);
});

Deno.test("a reset that fails does not count as one", () => {
  const env = new OrderEnforcing(new Countdown());
  assertThrows(() => env.reset({ seed: -1 }));
  assertThrows(() => env.step(0), Error, "call reset()");
});

Deno.test("every step from the limit on is truncated until the next reset", () => {
  const env = new TimeLimit(new Long(), 3);
  env.reset({ seed: 1 });
  const flags = () => Array.from({ length: 5 }, () => env.step(0).truncated);
  assertEquals(flags(), [false, false, true, true, true]);
  env.reset();
  assertEquals(flags(), [false, false, true, true, true]);
});

Deno.test("a step at the limit can be both terminated and truncated", () => {
  const env = new TimeLimit(new Countdown(), 1);
  let both = 0;
  for (let seed = 0; seed < 20; seed++) {
    env.reset({ seed });
    env.environment.restore({ ...env.environment.save() as object, count: 1 });
    const { terminated, truncated } = env.step(1);
    assert(truncated);
    both += Number(terminated);
  }
  assertEquals(both, 20);
});

Deno.test("a truncation of the wrapped environment passes the time limit", () => {
  const inner = new Long();
  const env = new TimeLimit(inner, 3);
  env.reset({ seed: 1 });
  const step = inner.step.bind(inner);
  inner.step = (action, out) => ({ ...step(action, out), truncated: true });
  assert(env.step(0).truncated);
});

Deno.test("a time limit must be a whole number >= 1", () => {
  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new TimeLimit(new Countdown(), limit), RangeError, `not ${limit}`);
  }
});

Deno.test("wrappers hand through spaces, generator, model, options, out and the unwrapped environment", () => {
  class Modelled extends Countdown {
    readonly model = tabularModel([[[[1, 0, 0, true]]]], [1]);
  }
  const inner = new Modelled();
  const env = new TimeLimit(new OrderEnforcing(inner), 4);
  assertStrictEquals(env.id, inner.id);
  assertStrictEquals(env.observationSpace, inner.observationSpace);
  assertStrictEquals(env.actionSpace, inner.actionSpace);
  assertStrictEquals(env.unwrapped, inner);
  assertStrictEquals(env.model, inner.model);
  const out = new Float32Array(2);
  assertStrictEquals(env.reset({ seed: 3 }, out).observation, out);
  assertStrictEquals(env.random, inner.random);
  const { observation, info, reward } = env.step(1, out);
  assertStrictEquals(observation, out);
  assertEquals([info, reward], [{ count: out[0] }, 1]);
});

Deno.test("the step object of the time limit is the same each time", () => {
  const env = new TimeLimit(new Countdown(), 2);
  env.reset({ seed: 1 });
  const first = env.step(0);
  assertStrictEquals(env.step(0), first);
});

Deno.test("a restored wrapper goes on with the steps and the order that were saved", () => {
  const make = () => new TimeLimit(new OrderEnforcing(new Long()), 5);
  const env = make();
  env.reset({ seed: 7 });
  env.step(0);
  env.step(1);
  const bytes = encodeSnapshot(env.save());
  const play = (e: typeof env) =>
    Array.from({ length: 5 }, () => {
      const { observation, truncated } = e.step(1);
      return [[...observation], truncated];
    });
  const expected = play(env);
  assertEquals(expected.map(([, truncated]) => truncated), [false, false, true, true, true]);
  env.restore(decodeSnapshot(bytes));
  assertEquals(play(env), expected);
  const fresh = make();
  fresh.restore(decodeSnapshot(bytes));
  assertEquals(play(fresh), expected);
  fresh.restore(make().save());
  assertThrows(() => fresh.step(0), Error, "call reset()");
});

Deno.test("a snapshot of something else is refused", () => {
  const env = new TimeLimit(new OrderEnforcing(new Countdown()), 5);
  for (const snapshot of [null, 1, {}, new OrderEnforcing(new Countdown()).save()]) {
    assertThrows(
      () => env.restore(snapshot),
      TypeError,
      "Countdown-v0: the snapshot was not saved by TimeLimit",
    );
  }
});
