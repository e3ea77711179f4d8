/** Telling whether two operations are the same, attributes included. */
import type { Operation } from "./ir.ts";

/** A text that is equal for equal operations alone; -0, NaN and the infinities are told apart. */
export function operationKey(operation: Operation): string {
  if (operation.op !== "constant") {
    return JSON.stringify(operation, (_, value) => {
      return typeof value === "number" ? Object.is(value, -0) ? "-0" : String(value) : value;
    });
  }
  const { buffer, byteOffset, byteLength } = operation.data;
  return `constant ${new Uint8Array(buffer, byteOffset, byteLength).toHex()}`;
}
