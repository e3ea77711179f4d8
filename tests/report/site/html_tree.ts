/** A strict reader of HTML for tests: every element must be closed in order, every attribute quoted. */
import { assert, assertEquals } from "@std/assert";

/** An element with what is in it. */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const empty = ["br", "input", "link", "meta", "wbr"];
const raw = ["script", "style"];

/** Reads a document; fails where it is not well-formed. */
export function treeOf(html: string): Element {
  const root: Element = { tag: "", attributes: new Map(), children: [] };
  const open = [root];
  let place = html.replace(/^<!doctype html>/, "").length === html.length ? NaN : 15;
  assertEquals(place, 15, "the document does not begin with its type");
  const pattern = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][\w:-]*(?:="[^"<]*")?)*)\s*>/y;
  while (place < html.length) {
    const top = open.at(-1)!;
    const next = raw.includes(top.tag)
      ? html.indexOf(`</${top.tag}>`, place)
      : html.indexOf("<", place);
    const end = next < 0 ? html.length : next;
    if (end > place) top.children.push(unescaped(html.slice(place, end), top.tag));
    if (end === html.length) break;
    pattern.lastIndex = end;
    const match = pattern.exec(html);
    assert(match !== null, `this is no tag: ${html.slice(end, end + 80)}`);
    const [whole, closing, tag, attributes] = match;
    place = end + whole.length;
    if (closing) {
      assertEquals(open.pop()!.tag, tag, `before ${html.slice(place, place + 80)}`);
      continue;
    }
    const element: Element = { tag, attributes: attributesOf(attributes), children: [] };
    top.children.push(element);
    if (!empty.includes(tag)) open.push(element);
  }
  assertEquals(open.map(({ tag }) => tag), [""], "elements are left open");
  return root;
}

function attributesOf(text: string): Map<string, string> {
  const found = [...text.matchAll(/([a-z][\w:-]*)(?:="([^"]*)")?/g)];
  const attributes = new Map(found.map(([, name, value = ""]) => [name, unescaped(value)]));
  assertEquals(attributes.size, found.length, `an attribute is there twice: ${text}`);
  return attributes;
}

function unescaped(text: string, tag = ""): string {
  if (raw.includes(tag)) return text;
  assert(!/&(?!(?:amp|lt|gt|quot);)/.test(text), `an & stands alone in ${text.slice(0, 80)}`);
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** All elements inside an element. */
export function elementsOf({ children }: Element): Element[] {
  return children.flatMap((child) =>
    typeof child === "string" ? [] : [child, ...elementsOf(child)]
  );
}

/** The value of an attribute. */
export function attributeOf({ attributes }: Element, name: string): string | undefined {
  return attributes.get(name);
}

/** All ids in a tree. */
export function idsOf(tree: Element): string[] {
  return elementsOf(tree).map((element) => attributeOf(element, "id"))
    .filter((id) => id !== undefined);
}

/** The text inside an element; of a document what is shown, without scripts and styles. */
export function textOf(element: Element): string {
  return element.children.map((child) => {
    if (typeof child === "string") return child;
    return raw.includes(child.tag) ? "" : textOf(child);
  }).join("");
}
