/** HTML as elements and as a tagged template: what is put in is escaped, unless it is markup itself. */

/** A piece of HTML. */
export class Markup {
  /** Takes text that is HTML already. */
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template may hold; nothing is written for null and false. */
export type Content = Markup | string | number | null | false | readonly Content[];

/**
 * Builds HTML.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { html } from "./markup.ts";
 * assertEquals(String(html`<b>${"1 < 2"}</b>`), "<b>1 &lt; 2</b>");
 * ```
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < contents.length ? text(contents[i]) : "")).join(""),
  );
}

/**
 * An element.
 *
 * @param attributes those that are null or false are left out
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number | null | false>>,
  ...children: readonly Content[]
): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return new Markup(`<${tag}${written.join("")}>${text(children)}</${tag}>`);
}

function text(content: Content): string {
  if (content === null || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(text).join("");
  return escaped(String(content));
}

/** Text as HTML shows it, inside an element or a quoted attribute. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Data for a `script` element of JSON: no `<` that could end the element. */
export function embeddedJson(data: unknown): Markup {
  return new Markup(JSON.stringify(data).replaceAll("<", "\\u003c"));
}
