/// <reference lib="dom" />
/** Building and finding elements. */

/** What an element may hold; nothing for null. */
export type Child = Node | string | null;

/**
 * Makes an element. Attributes that are false are left out; functions are listeners.
 *
 * @param attributes `class`, `aria-label`, ...; `onclick` and the like take functions
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The element with this id. */
export function byId<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element "${id}"`);
  return found as E;
}

/** A row's line as a picture beside its name. */
export function swatch(dash: readonly number[], isMarked: boolean): SVGElement {
  const picture = drawing("svg", { class: "swatch", width: 22, height: 8, "aria-hidden": "true" });
  picture.append(
    drawing("line", { x1: 0, y1: 4, x2: 22, y2: 4, "stroke-dasharray": dash.join(" ") }),
  );
  if (isMarked) picture.append(drawing("circle", { cx: 11, cy: 4, r: 2.5 }));
  return picture;
}

function drawing(
  tag: "svg" | "line" | "circle",
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** Names and values in pairs. */
export function definitions(
  name: string,
  pairs: readonly (readonly [string, Child])[],
): HTMLDListElement {
  return element(
    "dl",
    { class: name },
    ...pairs.map(([term, value]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, value))
    ),
  );
}
