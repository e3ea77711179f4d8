import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { z } from "zod";
import { builtin } from "../../envs/builtin.ts";
import { make } from "../../envs/make.ts";
import { makeFromSpec } from "../../envs/make_from_spec.ts";
import { environmentIds, register, specOf } from "../../envs/registry.ts";
import { asSpec } from "../../envs/spec.ts";
import { OrderEnforcing } from "../../envs/wrappers/order_enforcing.ts";
import { TimeLimit } from "../../envs/wrappers/time_limit.ts";
import { Countdown, countdown } from "./countdown.ts";

Deno.test("the built-in environments are known from the start and can be made", () => {
  for (const spec of builtin) {
    assertStrictEquals(specOf(spec.id), spec);
    const env = make(spec.id);
    assertEquals(env.id, spec.id);
    assertEquals(env.unwrapped.id, spec.id);
    const { observation } = env.reset({ seed: 0 });
    assert(env.observationSpace.contains(observation), spec.id);
  }
  const ids = environmentIds();
  assertEquals(ids, [...ids].sort());
  assertEquals(new Set(builtin.map(({ id }) => id)).size, builtin.length);
});

Deno.test("each built-in specification names the file that defines it", async () => {
  for (const spec of builtin) {
    assert(spec.module.includes("/envs/"), spec.id);
    const exported = Object.values(await import(spec.module));
    assert(exported.includes(spec), `${spec.id} is exported by ${spec.module}`);
  }
});

Deno.test("a registered environment is made by its id, wrapped, with its registered options", () => {
  register(countdown);
  assert(environmentIds().includes("Countdown-v0"));
  const env = make("Countdown-v0");
  assertInstanceOf(env, TimeLimit);
  assertEquals(env.maxEpisodeSteps, 4);
  assertInstanceOf(env.environment, OrderEnforcing);
  assertInstanceOf(env.unwrapped, Countdown);
  assertEquals(env.unwrapped.options, { pay: 1 });
});

Deno.test("make passes options on and lets maxEpisodeSteps replace or remove the limit", () => {
  const paid = make(countdown, { pay: 3, maxEpisodeSteps: 9 });
  assertInstanceOf(paid, TimeLimit);
  assertEquals(paid.maxEpisodeSteps, 9);
  assertEquals((paid.unwrapped as Countdown).options, { pay: 3 });
  assertInstanceOf(makeFromSpec(countdown, { maxEpisodeSteps: null }), OrderEnforcing);
  assertInstanceOf(makeFromSpec({ ...countdown, maxEpisodeSteps: null }), OrderEnforcing);
  assertInstanceOf(makeFromSpec(countdown, { maxEpisodeSteps: undefined }), TimeLimit);
});

Deno.test("wrong options are refused in one line that names the environment and the option", () => {
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ pya: 3 }, "Countdown-v0: unknown option pya; known are pay, maxEpisodeSteps"],
    [{ pay: "much" }, "Countdown-v0: option pay: Invalid input: expected number"],
  ];
  for (const [options, message] of cases) {
    const error = assertThrows(() => make(countdown, options), TypeError, message);
    assert(!error.message.includes("\n"));
  }
  for (const maxEpisodeSteps of [0, -1, 2.5, "10"]) {
    assertThrows(
      () => makeFromSpec(countdown, { maxEpisodeSteps } as never),
      RangeError,
      `Countdown-v0: maxEpisodeSteps must be a whole number >= 1, or null for no limit, not ${maxEpisodeSteps}`,
    );
  }
  assertThrows(
    () => make({ ...countdown, options: z.number() as never }),
    TypeError,
    "Countdown-v0: Invalid input: expected number",
  );
});

Deno.test("an unknown id is refused with the nearest known ones", () => {
  register(countdown);
  assertThrows(
    () => make("CountDown-v1"),
    Error,
    'unknown environment "CountDown-v1": did you mean Countdown-v0?',
  );
  assertThrows(() => specOf("countdwn"), Error, "did you mean Countdown-v0");
  assertThrows(() => specOf("Pong"), Error, 'unknown environment "Pong": choose from ');
});

Deno.test("ids that Gymnasium gave up are refused with the id that took their place", () => {
  assertThrows(() => make("Taxi-v3"), Error, "use Taxi-v4");
  assertThrows(() => make("CliffWalking-v0"), Error, "use CliffWalking-v1");
});

Deno.test("an id is registered once; registering the same specification again changes nothing", () => {
  register(countdown);
  register(countdown);
  assertStrictEquals(specOf("Countdown-v0"), countdown);
  const other = { ...countdown, module: "file:///other.ts" };
  assertThrows(
    () => register(other),
    Error,
    `environment id Countdown-v0 of file:///other.ts is already taken by ${countdown.module}`,
  );
  assertStrictEquals(specOf("Countdown-v0"), countdown);
});

Deno.test("a malformed specification is refused with everything that is wrong", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { ...countdown, id: "Countdown" },
      'environment specification "Countdown": id must end in its version, like "CartPole-v1"',
    ],
    [{ ...countdown, description: "" }, "description must say in a sentence what the agent does"],
    [{ ...countdown, module: "countdown.ts" }, "module must be import.meta.url"],
    [{ ...countdown, options: {} }, "options must be a zod schema"],
    [{ ...countdown, maxEpisodeSteps: 0 }, "maxEpisodeSteps must be a whole number >= 1, or null"],
    [{ ...countdown, rewardThreshold: "475" }, "rewardThreshold Invalid input"],
    [{ ...countdown, create: undefined }, "create must be a function"],
    [{ ...countdown, create: 1, module: 1 }, "; create must be a function"],
    [undefined, "environment specification: Invalid input: expected object"],
    [() => countdown, "environment specification: Invalid input: expected object"],
  ];
  for (const [spec, message] of cases) {
    assertThrows(() => register(spec as never), TypeError, message);
    assertThrows(() => asSpec(spec, "here.ts"), TypeError, "here.ts");
  }
  assertStrictEquals(asSpec(countdown), countdown);
});
