/** The results that belong to a row of a table's aggregate, with the scale of each environment's scores. */
import type { ControlResult } from "../data/result_file.ts";
import { normalised } from "./table/rows.ts";
import type { Table } from "./table/schema.ts";

/** A result and its scale. */
export interface ScaledResult {
  readonly result: ControlResult;
  /** A return as a normalised score: 0 is the random policy's, 1 the reference's. */
  score(value: number): number;
}

/**
 * A row's results on environments.
 *
 * @param ids the environments, in the order of what is returned
 * @throws Error in one line if the table is not of these results
 */
export function scaledResults(
  table: Table,
  results: readonly ControlResult[],
  entry: string,
  ids: readonly string[],
): ScaledResult[] {
  return ids.map((id) => {
    const result = results.find((r) => r.environment.id === id && r.entry === entry);
    const scale = table.environments.find((environment) => environment.id === id)?.normalisation;
    if (!result || !scale) {
      throw new Error(`the table is not of these results: ${entry} on ${id} is missing`);
    }
    return { result, score: (value) => normalised(value, scale) };
  });
}
