/// <reference lib="dom" />
/** Training a published cell again in this page, to the published digest. */
import { messageOf } from "../../../data/message.ts";
import { builtinAlgorithms } from "../../../algorithms/builtin.ts";
import { builtin } from "../../../envs/builtin.ts";
import { jobOf, trainHere } from "../../page/train_here.ts";
import type { Cell, Row } from "../page_data.ts";
import { grouped } from "../numbers.ts";
import { definitions, element } from "./dom.ts";

/** A run with more steps than this takes a while. */
const large = 1_000_000;

/** The panel. The signal ends what is running. */
export function trainingPanel(cell: Cell, row: Row, signal: AbortSignal): HTMLElement {
  const heading = element("h3", {}, "Train this cell here");
  const why = whyNot(cell);
  const content = why === null
    ? training(cell, row, signal)
    : [element("p", { class: "note" }, why)];
  return element("section", {}, heading, ...content);
}

function whyNot({ result: { algorithm, environment } }: Cell): string | null {
  const foreign = !builtin.some(({ id }) => id === environment.id)
    ? environment.id
    : builtinAlgorithms.some(({ name }) => name === algorithm)
    ? null
    : algorithm;
  return foreign === null
    ? null
    : `Training is not available: ${foreign} is not one of Seedbed's own.`;
}

function training(cell: Cell, row: Row, pageSignal: AbortSignal): HTMLElement[] {
  const { result } = cell;
  const seeds = cell.task === "control" ? cell.runs.map(({ seed }) => seed) : cell.seeds;
  const start = element(
    "button",
    { type: "button", class: "primary", onclick: () => run() },
    "Train",
  );
  const cancel = element("button", {
    type: "button",
    disabled: true,
    onclick: () => controller?.abort(new DOMException("cancelled", "AbortError")),
  }, "Cancel");
  const seed = element(
    "select",
    { id: "training-seed" },
    ...seeds.map((seed) => element("option", { value: seed }, String(seed))),
  );
  const bar = element("progress", { "aria-label": "Training", max: result.budget, value: 0 });
  const status = element("p", { class: "status", role: "status" });
  const here = element("code", { class: "digest" }, "\u2013");
  const published = element("code", { class: "digest" });
  let controller: AbortController | null = null;

  const digestOf = () => cell.runDigests[seeds.indexOf(Number(seed.value))];
  const prepare = () => {
    published.textContent = published.title = digestOf();
    here.textContent = "\u2013";
    bar.value = 0;
    say("");
  };
  const say = (words: string, kind = "") => {
    status.className = `status ${kind}`;
    status.textContent = words;
  };
  seed.addEventListener("change", prepare);
  pageSignal.addEventListener("abort", () => controller?.abort());
  prepare();

  async function run() {
    prepare();
    controller = new AbortController();
    start.disabled = seed.disabled = true;
    cancel.disabled = false;
    say("Training.");
    const begun = performance.now();
    try {
      const runs = seeds.map((seed) => ({ seed }));
      const { digest } = await trainHere(jobOf({ ...result, runs }, Number(seed.value)), {
        progress: (steps) => bar.value = steps,
        signal: controller.signal,
      });
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      here.textContent = here.title = digest;
      const same = digest === digestOf();
      say(
        same
          ? `The same: trained here in ${seconds} s, to the published digest.`
          : `Different: trained here in ${seconds} s, and the digest is not the published one.`,
        same ? "same" : "different",
      );
    } catch (error) {
      if (controller.signal.aborted) say("Cancelled.");
      else say(`Training failed: ${messageOf(error)}`, "different");
    } finally {
      controller = null;
      start.disabled = seed.disabled = false;
      cancel.disabled = true;
    }
  }

  return [
    element("p", {}, amount(cell, row)),
    element(
      "div",
      { class: "controls" },
      element("label", { for: "training-seed" }, "Seed ", seed),
      start,
      cancel,
    ),
    bar,
    definitions("facts", [["Here", here], ["Published", published]]),
    status,
    element(
      "p",
      { class: "note" },
      "SHA-256 of a run as its result file holds it: the curve, every return and the digest of the " +
        "policy; of the run that was trained in this page, and of the published one.",
    ),
  ];
}

/** How much work a run is, in words. */
function amount({ result }: Cell, row: Row): string {
  const { budget, unit } = result;
  const points = result.evaluation.curveSteps.length;
  const scoring = result.task === "control"
    ? `, scored at ${points} points on ${result.evaluation.curveEpisodes} episodes each and at the end on ` +
      `${grouped(result.evaluation.finalEpisodes)}`
    : "";
  const seconds = roughSeconds(budget, row);
  const long = seconds < 2
    ? "a moment"
    : seconds < 15
    ? "some seconds"
    : seconds < 60
    ? "up to a minute"
    : "some minutes";
  const warning = budget > large ? " This is much for a page: let it run in the background." : "";
  return `${
    grouped(budget)
  } ${unit} of training${scoring}: ${long} on an ordinary computer.${warning}`;
}

/** Steps a second, roughly: tables, networks that learn from each step once, and from each many times. */
function roughSeconds(budget: number, { network, policy }: Row): number {
  if (!network) return budget / 700_000;
  return budget / (policy === "on-policy" ? 15_000 : 4_000);
}
