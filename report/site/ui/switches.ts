/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The switches of the taxonomy: they set the view, and everything about rows follows it. */
import type { Row } from "../page_data.ts";
import { isShown, type Switch, switches, valuesOf, type View } from "../view.ts";
import { byId } from "./dom.ts";
import type { Store } from "./store.ts";

/** Connects the switches with the view. */
export function startSwitches(rows: readonly Row[], store: Store): void {
  const form = byId<HTMLFormElement>("switches");
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const text = byId<HTMLInputElement>("text");
  const names = Object.keys(switches) as Switch[];

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    const chosen = (name: Switch) => {
      const all = valuesOf(rows, name);
      const checked = boxes.filter((box) => box.name === name && box.checked).map((b) => b.value);
      const hasBoxes = boxes.some((box) => box.name === name);
      return !hasBoxes || checked.length === all.length ? null : checked;
    };
    store.change({
      learns: chosen("learns"),
      updates: chosen("updates"),
      policy: chosen("policy"),
      text: text.value,
    });
  });
  byId("show-all").addEventListener("click", () => store.showAll());

  store.follow((view) => {
    for (const box of boxes) {
      const chosen = view[box.name as Switch];
      box.checked = chosen === null || chosen.includes(box.value);
    }
    // Writing into a field moves the cursor to its end.
    if (text.value.trim() !== view.text.trim()) text.value = view.text;
    byId<HTMLButtonElement>("show-all").disabled = view.text.trim() === "" &&
      names.every((name) => view[name] === null);
    showRows(rows, view);
  });
}

/** Hides what is about rows that are not shown. */
function showRows(rows: readonly Row[], view: View) {
  const shown = new Set(rows.filter((row) => isShown(row, view)).map(({ entry }) => entry));
  for (const part of document.querySelectorAll<HTMLElement>("main [data-entries]")) {
    const entries = part.dataset.entries!.split(" ").filter((entry) => entry !== "");
    part.hidden = entries.length > 0 && !entries.some((entry) => shown.has(entry));
  }
  byId("count").textContent = `${shown.size} of ${rows.length} rows shown`;
}
