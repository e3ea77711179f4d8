/**
 * The part of Deno's standard `@std/assert` that the tests use, over `node:assert/strict`, with the
 * same names and signatures: pointing `@std/assert` in deno.json at the real library changes no test.
 */
import nodeAssert from "node:assert/strict";

/** Fails when the expression is falsy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  nodeAssert.ok(expr, msg || undefined);
}

/** Fails when the expression is truthy. */
export function assertFalse(expr: unknown, msg = ""): void {
  nodeAssert.ok(!expr, msg || "expected a falsy value");
}

/** Fails unless both are equal in depth. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  // The difference of long arrays that `deepStrictEqual` would show takes minutes and all memory.
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) {
    assertSameBytes(actual, expected, msg === undefined ? "" : `${msg}: `);
  } else nodeAssert.deepStrictEqual(actual, expected, msg);
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array, prefix: string): void {
  const place = actual.findIndex((byte, i) => byte !== expected[i]);
  if (place < 0 && actual.length === expected.length) return;
  nodeAssert.fail(
    `${prefix}${actual.length} bytes and ${expected.length} expected ones, the first that differs is ` +
      `number ${place < 0 ? actual.length : place}`,
  );
}

/** Fails if both are equal in depth. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, msg);
}

/** Fails unless both are the same value (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  nodeAssert.strictEqual(actual, expected, msg);
}

/** Fails unless the numbers differ by at most the tolerance (default: 1e-7 of the expected one). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 0);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  nodeAssert.fail(`${msg ? msg + ": " : ""}expected ${expected} +- ${allowed}, got ${actual}`);
}

/** Fails unless the value is null-free. */
export function assertExists<T>(actual: T, msg = ""): asserts actual is NonNullable<T> {
  nodeAssert.ok(actual !== undefined && actual !== null, msg || "expected a value");
}

/** Fails unless actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual > expected, msg ?? `expected ${actual} > ${expected}`);
}

/** Fails unless actual >= expected. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual >= expected, msg ?? `expected ${actual} >= ${expected}`);
}

/** Fails unless actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual < expected, msg ?? `expected ${actual} < ${expected}`);
}

/** Fails unless actual <= expected. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual <= expected, msg ?? `expected ${actual} <= ${expected}`);
}

/** Fails unless the text holds the part. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  nodeAssert.ok(actual.includes(expected), msg ?? `expected "${actual}" to include "${expected}"`);
}

/** Fails unless the text matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  nodeAssert.match(actual, expected, msg);
}

/** Fails unless the value is an instance of the class. */
// deno-lint-ignore no-explicit-any -- any constructor will do
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  nodeAssert.ok(
    actual instanceof expectedType,
    msg || `expected an instance of ${expectedType.name}`,
  );
}

// deno-lint-ignore no-explicit-any -- any constructor will do
type ErrorType<E extends Error> = abstract new (...args: any[]) => E;

function checkError<E extends Error>(
  error: unknown,
  type: ErrorType<E>,
  part: string | undefined,
): E {
  nodeAssert.ok(error instanceof type, `expected ${type.name}, got ${error}`);
  if (part !== undefined) assertStringIncludes((error as Error).message, part);
  return error as E;
}

/** Fails unless the function throws (an error of the class, with the text in its message). Gives the error back. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorType<E> = Error as unknown as ErrorType<E>,
  msgIncludes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes);
  }
  return nodeAssert.fail("expected the function to throw");
}

/** Fails unless the function's promise is rejected. Gives the error back. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorType<E> = Error as unknown as ErrorType<E>,
  msgIncludes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes);
  }
  return nodeAssert.fail("expected the promise to be rejected");
}
