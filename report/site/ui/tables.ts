/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Tables that sort by a click, or a key, on the head of a column. */
import { type Direction, nextDirection, sortedPlaces } from "../sorting.ts";

/** Makes every table of the page sort. */
export function startTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.sortable")) {
    sortable(table);
  }
}

function sortable(table: HTMLTableElement) {
  const heads = [...table.tHead!.rows[0].cells];
  const body = table.tBodies[0];
  const rows = [...body.rows];
  heads.forEach((head, column) => {
    const first = head.dataset.first as "ascending" | "descending";
    head.querySelector("button")!.addEventListener("click", () => {
      const direction = nextDirection(head.getAttribute("aria-sort") as Direction, first);
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", direction);
      const isNumber = head.classList.contains("number");
      const values = rows.map(({ cells }) => {
        const { value } = cells[column].dataset;
        if (value === undefined) return null;
        return isNumber ? Number(value) : value;
      });
      body.append(...sortedPlaces(values, direction).map((place) => rows[place]));
    });
  });
}
