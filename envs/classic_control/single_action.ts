/** Checks the action of an environment that takes one float32 number. */

/**
 * The number in an action. It may lie outside the bounds of the action space: the environments clip it.
 *
 * @param id the environment's id, for messages
 * @throws RangeError if the action is not a Float32Array of length 1, or its number is not finite
 */
export function singleAction(id: string, action: Float32Array): number {
  if (!(action instanceof Float32Array) || action.length !== 1) {
    throw new RangeError(
      `${id}: action must be a Float32Array of length 1, not ${describe(action)}`,
    );
  }
  const value = action[0];
  if (!Number.isFinite(value)) {
    throw new RangeError(`${id}: action must be finite, not ${value}`);
  }
  return value;
}

function describe(action: unknown): string {
  return ArrayBuffer.isView(action) || Array.isArray(action)
    ? `${action.constructor.name} of length ${(action as unknown[]).length}`
    : String(action);
}
