/** Looks on while a policy acts: what it is asked and what it answers, for the comparison with its model. */
import type { Policy } from "../../algorithms/algorithm.ts";
import type { Action, Observation } from "../../envs/environment.ts";
import type { Generator } from "../../random/generator.ts";

/** What a policy was asked and what it answered, one row a step, rows one behind the other. */
export interface PolicySamples {
  /** How many steps. */
  readonly rows: number;
  /** Integers for Discrete and tuples of integers, floats for Box. */
  readonly observations: Int32Array | Float32Array;
  /** The policy's noise: `policy.noise` numbers a row. */
  readonly noise: Float32Array;
  /** Integers for Discrete, floats for Box. */
  readonly actions: Int32Array | Float32Array;
}

/** Stands in for a policy during an evaluation and keeps what it is asked and what it answers. */
export class PolicyRecorder {
  readonly #policy: Policy;
  #rows = 0;
  #observations?: Rows<Int32Array | Float32Array>;
  readonly #noise = new Rows(Float32Array);
  #actions?: Rows<Int32Array | Float32Array>;

  /** Records this policy. */
  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /**
   * The policy's action; the generator is left as the policy leaves it.
   *
   * @throws Error if the policy draws anything else than its noise or its action is none
   */
  act(observation: Observation, random: Generator): Action {
    this.#observations ??= new Rows<Int32Array | Float32Array>(
      observation instanceof Float32Array ? Float32Array : Int32Array,
    );
    this.#observations.push(observation);
    const action = this.#policy.noise === 0
      ? this.#policy.act(observation, random)
      : this.#actWithNoise(observation, random);
    checkAction(action, observation);
    this.#actions ??= new Rows<Int32Array | Float32Array>(
      typeof action === "number" ? Int32Array : Float32Array,
    );
    this.#actions.push(action);
    this.#rows++;
    return action;
  }

  /** Draws the noise, puts the generator back, and lets the policy draw the same noise again. */
  #actWithNoise(observation: Observation, random: Generator): Action {
    const before = random.bits.state;
    for (let i = 0; i < this.#policy.noise; i++) {
      this.#noise.push(random.randomFloat32());
    }
    const expected = random.bits.state;
    random.bits.state = before;
    const action = this.#policy.act(observation, random);
    if (!sameState(random, expected)) {
      throw new Error(
        `the policy's noise is ${this.#policy.noise}, so each action must draw that many ` +
          "numbers by randomFloat32() and nothing else",
      );
    }
    return action;
  }

  /** All steps so far: views that hold until the next one. */
  samples(): PolicySamples {
    return {
      rows: this.#rows,
      observations: this.#observations?.view() ?? new Int32Array(0),
      noise: this.#noise.view(),
      actions: this.#actions?.view() ?? new Int32Array(0),
    };
  }
}

/**
 * Checks what a policy answers.
 *
 * @throws Error if it is neither an integer nor an array of finite numbers
 */
export function checkAction(action: Action, observation: Observation): void {
  const isArray = action instanceof Float32Array;
  if (isArray ? action.every(Number.isFinite) : Number.isInteger(action)) return;
  const right = isArray ? "of finite numbers" : "an integer or a Float32Array";
  throw new Error(
    `the policy's action must be ${right}, not ${isArray ? textOf(action) : action}, ` +
      `on observation ${textOf(observation)}`,
  );
}

/** Numbers of one type, row by row, with room to grow. */
class Rows<T extends Int32Array | Float32Array> {
  #data: T;
  #length = 0;

  constructor(private readonly make: new (length: number) => T) {
    this.#data = new make(1024);
  }

  push(row: number | ArrayLike<number>): void {
    const length = this.#length + (typeof row === "number" ? 1 : row.length);
    if (length > this.#data.length) {
      const larger = new this.make(2 * length);
      larger.set(this.#data);
      this.#data = larger;
    }
    if (typeof row === "number") this.#data[this.#length] = row;
    else this.#data.set(row, this.#length);
    this.#length = length;
  }

  view(): T {
    return this.#data.subarray(0, this.#length) as T;
  }
}

/** Whether a generator is in a state; a kept half word that is not kept does not count. */
export function sameState(
  random: Generator,
  expected: Generator["bits"]["state"],
): boolean {
  const { state, inc, hasUint32, uinteger } = random.bits.state;
  return state === expected.state && inc === expected.inc &&
    hasUint32 === expected.hasUint32 &&
    (!hasUint32 || uinteger === expected.uinteger);
}

/** As people write it: `3` or `[0.5, -1]`. */
export function textOf(values: Observation | BigInt64Array): string {
  if (typeof values === "number") return String(values);
  return values.length === 1 ? String(values[0]) : `[${values.join(", ")}]`;
}
