/**
 * Simplification: makes a graph smaller and its operations larger, without changing one bit of what
 * it computes. Each pass is a file of its own that says what it does; this is their order.
 */
import type { Graph } from "../program/ir.ts";
import { removeAliases } from "./aliases.ts";
import { delayBroadcasts } from "./broadcasts.ts";
import { shareCommon } from "./common.ts";
import { removeDead } from "./dead.ts";
import { fuseElementwise } from "./elementwise.ts";
import { type Evaluate, expandConstants, foldConstants } from "./fold.ts";
import { applyIdentities } from "./identities.ts";
import { findLogSoftmax } from "./log_softmax.ts";
import { takeInActivations } from "./products.ts";
import { takeInTransposes } from "./transposes.ts";
import type { Pass } from "./rewrite.ts";

/** The passes that can be left out; all but these always run. */
export const passNames = [
  "aliases",
  "broadcasts",
  "identities",
  "fold",
  "common",
  "dead",
  "logSoftmax",
  "transposes",
  "activations",
  "elementwise",
  "expand",
] as const;

/** The name of a pass. */
export type PassName = typeof passNames[number];

/** What simplification needs and leaves out. */
export interface SimplifyOptions {
  /** Computes a graph of constants as a run would; without it nothing is folded. */
  readonly evaluate?: Evaluate;
  /** Passes to leave out (`false`); all others run. */
  readonly passes?: Readonly<Partial<Record<PassName, boolean>>>;
}

/** Rounds of the passes that make work for each other; the graphs of losses need two or three. */
const MAX_ROUNDS = 8;

/** A graph that computes the same bits in fewer and larger steps. */
export function simplify(graph: Graph, { evaluate, passes = {} }: SimplifyOptions = {}): Graph {
  const run = (list: readonly (readonly [PassName, Pass])[], start: Graph) =>
    list.reduce((result, [name, pass]) => passes[name] === false ? result : pass(result), start);

  const rounds: readonly (readonly [PassName, Pass])[] = [
    ["aliases", removeAliases],
    ["broadcasts", delayBroadcasts],
    ["identities", applyIdentities],
    ["fold", (graph) => evaluate === undefined ? graph : foldConstants(graph, evaluate)],
    ["common", shareCommon],
    ["dead", removeDead],
  ];
  let result = graph;
  for (let round = 0, before = ""; round < MAX_ROUNDS; round++) {
    result = run(rounds, result);
    const after = outline(result);
    if (after === before) break;
    before = after;
  }
  return run([
    ["logSoftmax", findLogSoftmax],
    ["transposes", takeInTransposes],
    ["dead", removeDead],
    ["activations", takeInActivations],
    ["dead", removeDead],
    ["elementwise", fuseElementwise],
    ["expand", expandConstants],
    ["aliases", removeAliases],
    ["common", shareCommon],
    ["dead", removeDead],
  ], result);
}

/** A text that differs where a round of passes has changed something. */
function outline({ nodes }: Graph): string {
  return nodes.map(({ operation, inputs, shape }) =>
    [operation.op, "kind" in operation ? operation.kind : "", ...inputs, ":", ...shape].join(" ")
  ).join("\n");
}
