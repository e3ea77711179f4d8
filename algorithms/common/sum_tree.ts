/**
 * A sum tree: numbers at places 0 to capacity - 1, drawn in proportion to their size in logarithmic
 * time (Schaul et al. 2016, appendix B.2.1). Each inner node is the sum of the two below it, computed
 * anew whenever one of them changes: nothing drifts, and equal numbers make equal trees.
 */
export class SumTree {
  /** A power of two, at least the capacity: where in `#sums` the numbers begin. */
  readonly #leaves: number;
  /** The node i is above 2 i and 2 i + 1; the root is 1. */
  readonly #sums: Float64Array;

  /** Makes a tree of zeros. */
  constructor(capacity: number) {
    let leaves = 1;
    while (leaves < capacity) leaves *= 2;
    this.#leaves = leaves;
    this.#sums = new Float64Array(2 * leaves);
  }

  /** The sum of all numbers. */
  get total(): number {
    return this.#sums[1];
  }

  /** The number at a place. */
  get(place: number): number {
    return this.#sums[this.#leaves + place];
  }

  /** Puts a number >= 0 at a place. */
  set(place: number, value: number): void {
    const sums = this.#sums;
    let node = this.#leaves + place;
    sums[node] = value;
    for (node >>= 1; node >= 1; node >>= 1) sums[node] = sums[2 * node] + sums[2 * node + 1];
  }

  /**
   * The place at which the running sum of the numbers first exceeds `mass`, from 0 to below the total.
   * Whatever rounding does, it is one whose number is not 0, unless all are.
   */
  find(mass: number): number {
    const sums = this.#sums;
    let node = 1;
    while (node < this.#leaves) {
      node *= 2;
      if (mass >= sums[node] && sums[node + 1] > 0) {
        mass -= sums[node];
        node++;
      }
    }
    return node - this.#leaves;
  }

  /** Puts these numbers at the first places and 0 at all others. */
  restore(values: Float64Array): void {
    const sums = this.#sums.fill(0);
    sums.set(values, this.#leaves);
    for (let node = this.#leaves - 1; node >= 1; node--) {
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
  }
}
