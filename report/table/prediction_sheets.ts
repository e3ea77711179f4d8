/** Sheets of prediction methods: how far predicted values are from the true ones. */
import type { EnvironmentTable, PredictionRow, Table } from "./schema.ts";
import { type Cell, cell, type Fact, gap, type Sheet, significant } from "./sheet.ts";

/** The lowest error of each method, a sheet for each environment. */
export function errorSheets(table: Table): Sheet[] {
  return withPrediction(table).map(({ id, prediction }) => ({
    metric: "error",
    key: id,
    title: `${table.suite}, ${id}: root mean square error of the predicted values`,
    head: ["", "lowest error", "at step size", "episodes", "seeds"],
    rows: prediction.map((row) => {
      const { error, stepSize } = lowestError(row);
      const best = bestStepSize(row);
      const { entry, title, seeds } = row;
      const place = { environment: id, entry, title, seeds };
      const facts = [
        { ...place, quantity: "lowest error", value: row.errors[best] },
        { ...place, quantity: "its standard error", value: row.standardErrors[best] },
      ];
      return [
        cell(title),
        row.errors[best] === null ? cell(error, facts, "diverged") : cell(error, facts),
        cell(stepSize, [{ ...place, quantity: "step size", value: row.stepSizes[best] }]),
        cell(String(row.budget)),
        cell(String(seeds.length)),
      ];
    }),
    notes: [
      "Error averaged over the states, the first episodes (as many as stated) and the seeds, at the " +
      "step size of the row's lowest error; in brackets the standard error over seeds.",
    ],
  }));
}

/** The error of each method at every step size: Sutton & Barto's figures as tables. */
export function stepSizeSheets(table: Table): Sheet[] {
  return withPrediction(table).flatMap(({ id, prediction }) => {
    const { budget } = prediction[0];
    const sheet = (
      key: string,
      title: string,
      quantity: string,
      errorsOf: (row: PredictionRow) => PredictionRow["errors"],
    ): Sheet => {
      const sizes = [...new Set(prediction.flatMap(({ stepSizes }) => stepSizes))]
        .sort((a, b) => a - b);
      return {
        metric: "step_sizes",
        key,
        title,
        head: ["step size", ...sizes.map(String)],
        rows: prediction.map((row) => [
          cell(row.title),
          ...sizes.map((size) => stepSizeCell(id, row, size, quantity, errorsOf(row))),
        ]),
        notes: ['"diverged": the values grew beyond what numbers can hold.'],
      };
    };
    return [
      sheet(
        id,
        `${table.suite}, ${id}: root mean square error, averaged over the states, the first ${budget} ` +
          "episodes and the seeds",
        "error",
        ({ errors }) => errors,
      ),
      sheet(
        `${id} last`,
        `${table.suite}, ${id}: root mean square error after episode ${budget}, averaged over the states ` +
          "and the seeds",
        "error after the last episode",
        ({ lastErrors }) => lastErrors,
      ),
    ];
  });
}

function stepSizeCell(
  environment: string,
  { entry, title, seeds, stepSizes }: PredictionRow,
  size: number,
  quantity: string,
  errors: PredictionRow["errors"],
): Cell {
  const k = stepSizes.indexOf(size);
  if (k < 0) return gap("");
  const value = errors[k];
  const fact: Fact = {
    environment,
    entry,
    title,
    seeds,
    quantity: `${quantity} at step size ${size}`,
    value,
  };
  if (value === null) return cell("diverged", [{ ...fact, note: "diverged" }], "diverged");
  return cell(value >= 1000 ? value.toExponential(1) : significant(value), [fact]);
}

function withPrediction({ environments }: Table): readonly EnvironmentTable[] {
  return environments.filter(({ prediction }) => prediction.length > 0);
}

/** The lowest error of a prediction method, its standard error in brackets, and the step size of it. */
export function lowestError(row: PredictionRow): { error: string; stepSize: string } {
  const best = bestStepSize(row);
  const error = row.errors[best];
  const standardError = row.standardErrors[best];
  const spread = standardError === null ? "" : ` (${significant(standardError)})`;
  return {
    error: error === null ? "diverged" : significant(error) + spread,
    stepSize: String(row.stepSizes[best]),
  };
}

function bestStepSize({ errors }: PredictionRow): number {
  let best = 0;
  errors.forEach((error, k) => {
    if ((error ?? Infinity) < (errors[best] ?? Infinity)) best = k;
  });
  return best;
}
