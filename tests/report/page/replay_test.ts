import { assert, assertEquals, assertThrows } from "@std/assert";
import { evaluate } from "../../../benchmarks/cell/evaluate.ts";
import { type ControlResult, parseResult } from "../../../data/result_file.ts";
import { make } from "../../../envs/make.ts";
import { openPolicy } from "../../../report/page/player.ts";
import { type Frame, Replay } from "../../../report/page/replay.ts";
import { existing, listed } from "../../benchmarks/published.ts";

const canRead = (await Deno.permissions.query({ name: "read", path: "." })).state === "granted";

const cartPole = { id: "CartPole-v1", options: {} };
const toTheRight = { act: () => 1 };

function episode(replay: Replay, seed: number): Frame[] {
  const frames = [replay.reset(seed)];
  while (!frames.at(-1)!.ended) frames.push(replay.step());
  return frames;
}

Deno.test({
  name: "every published policy plays the returns that are recorded of it",
  ignore: !canRead,
  fn() {
    let policies = 0;
    for (const path of listed("results", ".onnx")) {
      const name = path.replace(/onnx$/, "json");
      const { environment, evaluation, medianSeed, runs } = parseResult(
        existing(name),
        name,
      ) as ControlResult;
      const policy = openPolicy(Deno.readFileSync(new URL(`../../../${path}`, import.meta.url)));
      const replay = new Replay({ environment, policy, runSeed: medianSeed });
      const { returns } = runs.find(({ seed }) => seed === medianSeed)!.final;
      const [first, last] = evaluation.finalSeeds;
      for (const seed of [last, first]) {
        const total = episode(replay, seed).at(-1)!.total;
        assertEquals(total, returns[seed - first], `${path}, episode ${seed}`);
      }
      policies++;
    }
    assert(policies > 200, `only ${policies} policies`);
  },
});

Deno.test("a replay plays what the evaluation plays, under the same options", () => {
  const environment = { id: "Pendulum-v1", options: { g: 9, maxEpisodeSteps: 30 } };
  const policy = {
    act: (_: unknown, random: { standardNormal(): number }) =>
      Float32Array.of(Math.max(-2, Math.min(2, random.standardNormal()))),
  };
  const replay = new Replay({ environment, policy, runSeed: 5 });
  const { returns } = evaluate(policy, make(environment.id, environment.options), 100, 3, 5);
  // In another order, and one of them twice: nothing goes over from one episode to the next.
  for (const i of [2, 0, 0, 1]) {
    const frames = episode(replay, 100 + i);
    assertEquals([frames.at(-1)!.total, frames.length], [returns[i], 31]);
  }
});

Deno.test("a frame tells all of its moment and never changes", () => {
  const replay = new Replay({ environment: cartPole, policy: toTheRight, runSeed: 0 });
  const first = replay.reset(3);
  const { observation } = first;
  assertEquals(first, { observation, action: null, reward: 0, total: 0, steps: 0, ended: false });
  const before = structuredClone(first);
  const second = replay.step();
  assertEquals([second.action, second.reward, second.total, second.steps], [1, 1, 1, 1]);
  assertEquals(first, before);
  assert((second.observation as Float32Array)[1] > (observation as Float32Array)[1]);
});

Deno.test("a replay says what is wrong", () => {
  const replay = new Replay({ environment: cartPole, policy: toTheRight, runSeed: 0 });
  assertThrows(() => replay.step(), Error, "the episode has not begun: reset it first");
  episode(replay, 0);
  assertThrows(() => replay.step(), Error, "the episode has ended: reset it first");
  assertThrows(
    () =>
      new Replay({
        environment: { ...cartPole, id: "CartPole-v2" },
        policy: toTheRight,
        runSeed: 0,
      }),
    Error,
    'this page has no environment "CartPole-v2": did you mean CartPole-v0?',
  );
  const lost = new Replay({ environment: cartPole, policy: { act: () => NaN }, runSeed: 0 });
  lost.reset(0);
  assertThrows(() => lost.step(), Error, "the policy's action must be an integer");
});
