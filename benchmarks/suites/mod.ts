/** The list of all suites. */
import type { Suite } from "../suite.ts";
import { ablation } from "./ablation.ts";
import { classic } from "./classic.ts";
import { prediction } from "./prediction.ts";
import { quick } from "./quick.ts";
import { tabular } from "./tabular.ts";

/** The suites, the default one first. */
export const suites: readonly Suite[] = [quick, tabular, prediction, classic, ablation];
