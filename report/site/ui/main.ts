/// <reference lib="dom" />
/**
 * The page's code. The same script runs in the workers that train: there it has no document and only
 * waits for jobs.
 */
import { serveTraining } from "../../page/train_worker.ts";
import type { PageData } from "../page_data.ts";
import { startCell } from "./cell.ts";
import { startCurves } from "./curves.ts";
import { byId } from "./dom.ts";
import { Store } from "./store.ts";
import { startSwitches } from "./switches.ts";
import { startTables } from "./tables.ts";

if (typeof document === "undefined") serveTraining();
else start();

function start() {
  const data = JSON.parse(byId("page-data").textContent) as PageData;
  const store = new Store(data.rows);
  startTables();
  startCurves(data, store);
  startSwitches(data.rows, store);
  startCell(data, store);
}
