/// <reference lib="dom" />
/** The page's one piece of state, its view, kept in the address after the `#`. */
import { hashOf, type RowPlace, type View, viewOf, wholeView } from "../view.ts";

/** Holds the view and tells of changes. */
export class Store {
  #view: View;
  readonly #listeners: ((view: View) => void)[] = [];

  /** Starts with what the address asks for, and follows it. */
  constructor(private readonly rows: readonly RowPlace[]) {
    this.#view = viewOf(location.hash, rows);
    addEventListener("hashchange", () => {
      // An address such as #cell is a place on the page.
      if (location.hash === "" || location.hash.includes("=")) {
        this.#set(viewOf(location.hash, this.rows));
      }
    });
  }

  /** What is shown. */
  get view(): View {
    return this.#view;
  }

  /** Changes a part of the view, and the address with it. */
  change(part: Partial<View>): void {
    this.#set({ ...this.#view, ...part });
    const hash = hashOf(this.#view);
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  }

  /** The same, as a link does it: the browser's Back leads to the view before. */
  visit(part: Partial<View>): void {
    history.pushState(null, "", location.href);
    this.change(part);
  }

  /** Shows all rows; the chosen cell stays. */
  showAll(): void {
    const { environment, entry } = this.#view;
    this.change({ ...wholeView, environment, entry });
  }

  /** Calls the listener now and after each change. */
  follow(listener: (view: View) => void): void {
    this.#listeners.push(listener);
    listener(this.#view);
  }

  #set(view: View) {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}
