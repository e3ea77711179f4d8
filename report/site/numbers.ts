/** Numbers as people read them on a page. */
import { significant } from "../table/sheet.ts";

/** A number with a true minus sign, a very large one with its power of ten; a dash where there is none. */
export function shown(value: number | null): string {
  if (value === null) return "\u2013";
  const isLarge = Math.abs(value) >= 1e9;
  return withMinus(isLarge ? value.toExponential(2).replace("e+", "e") : significant(value));
}

/** Text with true minus signs before its numbers. */
export function withMinus(text: string): string {
  return text.replaceAll(/(?<![\w.])-(?=\d)/g, "\u2212");
}

/** A count with its thousands set apart. */
export function grouped(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, "\u202f");
}

/** So many things, in words: 1 cell, 48 cells. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}
