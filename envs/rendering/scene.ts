/** Reading a scene: what renderers ask of observations and actions, and the words they share. */
import { atan2 } from "../../math/math.ts";
import type { Action, Observation } from "../environment.ts";
import type { Scene } from "./surface.ts";

/** The observation of an environment with numbered states. */
export function stateOf({ observation }: Scene): number {
  return observation as number;
}

/** The observation of an environment that shows several numbers. */
export function numbersOf({ observation }: Scene): ArrayLike<number> {
  return observation as Float32Array | Int32Array;
}

/** The action by its name; undefined at the start. */
export function actionName(
  { action }: Scene,
  names: readonly string[],
): string | undefined {
  return typeof action === "number" ? names[action] : undefined;
}

/** A sentence from its parts; those that are undefined are left out. */
export function sentence(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(", ");
}

/** A number in few characters, without a minus before zero. */
export function short(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** Radians as whole degrees. */
export function degrees(radians: number): string {
  return `${short(radians * 180 / Math.PI, 0)} degrees`;
}

/** The angle with this cosine and sine; observations hold the two of them rounded. */
export function angleOf(cosine: number, sine: number): number {
  return atan2(sine, cosine);
}

/** An observation or action as plain numbers. */
export function plainText(value: Observation | Action): string {
  if (typeof value === "number") return String(value);
  return Array.from(value, (x) => Number.isInteger(x) ? String(x) : x.toPrecision(4)).join(" ");
}
