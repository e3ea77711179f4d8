/// <reference lib="dom" />
/** The policy at work: an evaluation episode, computed here and drawn, beside the recorded return. */
import { messageOf } from "../../../data/message.ts";
import { builtin } from "../../../envs/builtin.ts";
import { canvasSurface, observationRenderer, rendererOf } from "../../../envs/rendering/mod.ts";
import { openPolicy } from "../../page/player.ts";
import { type Frame, Replay } from "../../page/replay.ts";
import type { ControlCell } from "../page_data.ts";
import { grouped, shown } from "../numbers.ts";
import { definitions, element } from "./dom.ts";

/** Speeds to choose from, as factors of the renderer's own. */
const speeds = [0.25, 0.5, 1, 2, 4, 8, 16];

/** The panel of a cell's policy. The signal ends it. */
export function replayPanel(cell: ControlCell, signal: AbortSignal): HTMLElement {
  const heading = element("h3", {}, "The policy at work");
  const why = whyNot(cell);
  if (why !== null) return element("section", {}, heading, element("p", { class: "note" }, why));
  try {
    return element("section", { class: "stage" }, heading, ...stage(cell, signal));
  } catch (error) {
    const said = `The policy cannot be played: ${messageOf(error)}`;
    return element("section", {}, heading, element("p", { class: "different" }, said));
  }
}

/** Why there is nothing to play; null if there is. */
function whyNot({ policy, result }: ControlCell): string | null {
  if (policy === null) return "The seed with the median score diverged: it has no final policy.";
  const { id } = result.environment;
  return builtin.some((spec) => spec.id === id)
    ? null
    : `Replay is not available: ${id} is not one of Seedbed's own environments.`;
}

function stage(cell: ControlCell, signal: AbortSignal): HTMLElement[] {
  const { result, policy } = cell;
  const { id, options } = result.environment;
  const recorded = policy!.returns;
  const [firstSeed] = result.evaluation.finalSeeds;
  const replay = new Replay({
    environment: { id, options },
    policy: openPolicy(Uint8Array.fromBase64(policy!.onnx)),
    runSeed: result.medianSeed,
  });
  const renderer = rendererOf(id) ?? observationRenderer;
  const pixels = Math.max(1, Math.min(devicePixelRatio, 3)) * Math.max(1, 600 / renderer.width);
  const canvas = element("canvas", {
    role: "img",
    width: Math.round(renderer.width * pixels),
    height: Math.round(renderer.height * pixels),
  });
  const surface = canvasSurface(canvas.getContext("2d")!, pixels);

  const values = { step: value(), reward: value(), total: value() };
  const described = element("p", { class: "note status" });
  const status = element("p", { class: "status", role: "status" });
  const episode = element("input", {
    type: "number",
    id: "episode",
    min: 1,
    max: recorded.length,
    value: 1,
    onchange: () => guarded(restart),
  });
  const speed = element(
    "select",
    { id: "speed" },
    ...speeds.map((factor) =>
      element("option", { value: factor, selected: factor === 1 }, `${factor}\u00d7`)
    ),
  );
  const play = element("button", {
    type: "button",
    class: "primary",
    onclick: () => guarded(() => playing ? pause("Paused.") : start()),
  }, "Play");

  let frame: Frame;
  let playing = false;
  /** Time that is not yet played, in milliseconds, and when it was last counted. */
  let owed = 0, last: number | null = null;

  const chosenEpisode = () => {
    const wanted = Math.round(Number(episode.value)) || 1;
    return Math.min(Math.max(wanted, 1), recorded.length);
  };

  function restart() {
    pause("");
    episode.value = String(chosenEpisode());
    frame = replay.reset(firstSeed + chosenEpisode() - 1);
    draw();
  }

  function draw() {
    const { observation, action, reward, total, steps } = frame;
    const scene = { observation, action, reward, options };
    renderer.draw(surface, scene);
    const words = renderer.describe(scene);
    described.textContent = words;
    values.step.textContent = grouped(steps);
    values.reward.textContent = steps === 0 ? "\u2013" : shown(reward);
    values.total.textContent = shown(total);
    if (!playing) canvas.setAttribute("aria-label", `${id} after ${steps} steps: ${words}`);
  }

  /** Does a step; whether the episode goes on. */
  function step(): boolean {
    if (!frame.ended) frame = replay.step();
    return !frame.ended;
  }

  function start() {
    if (frame.ended) restart();
    playing = true;
    play.textContent = "Pause";
    status.textContent = "";
    owed = 0;
    last = null;
    nextTick();
  }

  function nextTick() {
    requestAnimationFrame((now) => guarded(() => tick(now)));
  }

  function pause(words: string) {
    playing = false;
    play.textContent = "Play";
    status.className = "status";
    status.textContent = words;
  }

  function tick(now: number) {
    if (!playing || signal.aborted) return;
    const perStep = 1000 / (renderer.framesPerSecond * Number(speed.value));
    owed = Math.min(owed + now - (last ?? now), 250);
    last = now;
    let moved = false;
    for (; owed >= perStep && !frame.ended; owed -= perStep) {
      step();
      moved = true;
    }
    if (frame.ended) return finish();
    if (moved) draw();
    nextTick();
  }

  /** Says how the return compares with the recorded one. */
  function finish() {
    pause("");
    draw();
    const expected = recorded[chosenEpisode() - 1];
    const same = frame.total === expected;
    status.className = `status ${same ? "same" : "different"}`;
    status.textContent = same
      ? `Return here ${frame.total} = recorded ${expected}`
      : `Return here ${frame.total}, but recorded ${expected}: the episode was not the same.`;
  }

  /** Does what the user or the clock asks for; what it throws is said. */
  function guarded(act: () => void) {
    try {
      act();
    } catch (error) {
      pause(`The episode ended with an error: ${messageOf(error)}`);
      status.className = "status different";
    }
  }

  const button = (name: string, act: () => void) =>
    element("button", { type: "button", onclick: () => guarded(act) }, name);
  restart();
  return [
    canvas,
    described,
    definitions("readings", [
      ["Step", values.step],
      ["Reward", values.reward],
      ["Return so far", values.total],
    ]),
    element(
      "div",
      { class: "controls" },
      play,
      button("Step", () => {
        if (frame.ended) restart();
        else {
          pause("");
          if (step()) draw();
          else finish();
        }
      }),
      button("Restart", restart),
      button("Run at once", () => {
        if (frame.ended) restart();
        while (step());
        finish();
      }),
      element("label", { for: "speed" }, "Speed ", speed),
      element("label", { for: "episode" }, "Episode ", episode, ` of ${recorded.length}`),
    ),
    status,
    element(
      "p",
      { class: "note" },
      `Seed ${result.medianSeed}'s policy, computed in this page from its ONNX file. Episode n has reset ` +
        `seed ${firstSeed} + n \u2212 1; its recorded return stands in the result file.`,
    ),
  ];
}

const value = () => element("span", {});
