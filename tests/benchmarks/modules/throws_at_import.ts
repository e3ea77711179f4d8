/** Throws, and not even an error, while it is loaded. */
// deno-lint-ignore no-throw-literal -- that is the point
throw null;
