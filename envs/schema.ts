/** What options and configurations are checked with: the part of a zod schema that Seedbed uses. */

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** What kind of problem, such as `unrecognized_keys`. */
  readonly code?: string;
  /** Where in the value; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  /** What would be right. */
  readonly message: string;
  /** The keys that nobody knows, for `unrecognized_keys`. */
  readonly keys?: readonly string[];
}

/** Checks unknown data and fills in defaults. Every zod schema is one. */
export interface Schema<T> {
  /** Gives the checked value, or what is wrong with it. */
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}
