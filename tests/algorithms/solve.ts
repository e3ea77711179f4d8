/** Linear equations by Gauss's elimination, for matrices that need no pivoting: positive definite ones. */
export function solve(matrix: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, b[i]]);
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k <= rows.length; k++) rows[j][k] -= factor * rows[i][k];
    }
  }
  const x = b.map(() => 0);
  for (let i = rows.length - 1; i >= 0; i--) {
    let rest = rows[i][rows.length];
    for (let k = i + 1; k < rows.length; k++) rest -= rows[i][k] * x[k];
    x[i] = rest / rows[i][i];
  }
  return x;
}
