/**
 * Taxi-v4: fetch a passenger at one of four stops and bring them to another (Dietterich 2000,
 * "Hierarchical reinforcement learning with the MAXQ value function decomposition"). Equal to
 * Gymnasium's (1.4.0, commit 3f0476a), random stream included.
 *
 *     +---------+
 *     |R: | : :G|    stops: 0 R (row 0, column 0), 1 G (0, 4), 2 Y (4, 0), 3 B (4, 3)
 *     | : | : : |
 *     | : : : : |    | is a wall, : can be passed
 *     | | : | : |
 *     |Y| : |B: |
 *     +---------+
 *
 * Actions: Discrete(6): 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off.
 *   A move against a wall or the edge stays where it is. In rain a move that is not blocked goes as
 *   intended with probability `rainyProbability`, else to the left or the right of it, equally likely.
 * Observations: Discrete(500): ((row * 5 + column) * 5 + passenger) * 4 + destination, where
 *   passenger is a stop or 4 (in the taxi) and destination a stop.
 * Rewards: -1 per step; -10 for picking up or dropping off where that is impossible; +20 for
 *   dropping the passenger off at the destination. Dropping off at another stop is possible and costs 1.
 * Start: the 300 states with the passenger at a stop other than the destination, each equally likely.
 * End: terminated when the passenger is dropped off at the destination; truncated after 200 steps.
 * Options: `isRainy`, `rainyProbability`, `ficklePassenger`, `fickleProbability`: see `TaxiOptions`.
 * Reset options: `state`, one of `startStates`.
 * Info: `prob`, the probability of the outcome that was drawn (1 after a reset); `actionMask`, an
 *   Int8Array with 1 for each action that changes the state (a drop-off: at any stop).
 */
import { z } from "zod";
import type { EnvironmentSpec, ResetOptions, Start, Step } from "../environment.ts";
import { openSnapshot } from "../own_snapshot.ts";
import type { Snapshot } from "../../data/snapshot.ts";
import { TabularEnvironment } from "../tabular_environment.ts";
import { type Outcome, type TabularModel, tabularModel } from "../tabular_model.ts";

/** Options of Taxi. */
export interface TaxiOptions {
  /** Whether moves can go astray. */
  readonly isRainy: boolean;
  /** Probability that a move in rain goes as intended. */
  readonly rainyProbability: number;
  /**
   * Whether the passenger may change the destination, once per episode, at the first move with them
   * aboard. The observation does not tell whether they still will, so there is no `model` then.
   */
  readonly ficklePassenger: boolean;
  /** Probability that the passenger of an episode is fickle. */
  readonly fickleProbability: number;
}

const options: z.ZodType<TaxiOptions> = z.strictObject({
  isRainy: z.boolean().default(false).describe("Whether moves can go astray."),
  rainyProbability: z.number().min(0).max(1).default(0.8)
    .describe("Probability that a move in rain goes as intended."),
  ficklePassenger: z.boolean().default(false)
    .describe(
      "Whether the passenger may change the destination once, at the first move with them aboard.",
    ),
  fickleProbability: z.number().min(0).max(1).default(0.3)
    .describe("Probability that the passenger of an episode is fickle."),
});

const STATES = 500;
const ABOARD = 4;
/** The cells of the stops, row * 5 + column. */
const STOPS = [0, 4, 20, 23] as const;
/** The cells with a wall on their right. */
const WALL_RIGHT: ReadonlySet<number> = new Set([1, 6, 15, 17, 20, 22]);

/** The cell south, north, east or west of a cell, or the cell itself if the way is blocked. */
function drive(cell: number, direction: number): number {
  switch (direction) {
    case 0:
      return cell < 20 ? cell + 5 : cell;
    case 1:
      return cell >= 5 ? cell - 5 : cell;
    case 2:
      return cell % 5 < 4 && !WALL_RIGHT.has(cell) ? cell + 1 : cell;
    default:
      return cell % 5 > 0 && !WALL_RIGHT.has(cell - 1) ? cell - 1 : cell;
  }
}

/** For each move, the moves to the left and to the right of it. */
const SIDES = [[2, 3], [3, 2], [1, 0], [0, 1]] as const;

function encode(cell: number, passenger: number, destination: number): number {
  return (cell * 5 + passenger) * 4 + destination;
}

const cellOf = (state: number) => Math.floor(state / 20);
const passengerOf = (state: number) => Math.floor(state / 4) % 5;
const destinationOf = (state: number) => state % 4;

/** What the actions do in one state; outcomes of a move in rain in the order intended, left, right. */
function outcomes(state: number, { isRainy, rainyProbability }: TaxiOptions): Outcome[][] {
  const cell = cellOf(state);
  const passenger = passengerOf(state);
  const destination = destinationOf(state);
  const stop = STOPS.findIndex((stop) => stop === cell);
  const moved = (probability: number, direction: number): Outcome => [
    probability,
    encode(drive(cell, direction), passenger, destination),
    -1,
    false,
  ];
  const moves = SIDES.map(([left, right], direction): Outcome[] => {
    if (!isRainy) return [moved(1, direction)];
    const astray = (1 - rainyProbability) / 2;
    // What is blocked does not go astray either.
    const blocked = drive(cell, direction) === cell;
    return [
      moved(rainyProbability, direction),
      moved(astray, blocked ? direction : left),
      moved(astray, blocked ? direction : right),
    ];
  });
  const pickUp: Outcome = stop === passenger
    ? [1, encode(cell, ABOARD, destination), -1, false]
    : [1, state, -10, false];
  const dropOff: Outcome = passenger !== ABOARD || stop < 0
    ? [1, state, -10, false]
    : stop === destination
    ? [1, encode(cell, stop, destination), 20, true]
    : [1, encode(cell, stop, destination), -1, false];
  return [...moves, [pickUp], [dropOff]];
}

/** The table that Taxi draws its outcomes from; the exact dynamics unless the passenger is fickle. */
export function taxiTable(options: TaxiOptions): TabularModel {
  const table = Array.from({ length: STATES }, (_, state) => outcomes(state, options));
  const starts = table.map((_, state) =>
    passengerOf(state) !== ABOARD && passengerOf(state) !== destinationOf(state) ? 1 : 0
  );
  return tabularModel(table, starts.map((start) => start / 300));
}

/** For each state, 1 for the actions that change it (a drop-off: at any stop). */
function actionMasks(): Int8Array[] {
  return Array.from({ length: STATES }, (_, state) => {
    const cell = cellOf(state);
    const passenger = passengerOf(state);
    const stop = STOPS.findIndex((stop) => stop === cell);
    const allowed = [
      ...SIDES.map((_, direction) => drive(cell, direction) !== cell),
      stop === passenger,
      passenger === ABOARD && stop >= 0,
    ];
    return Int8Array.from(allowed, Number);
  });
}

/**
 * Taxi with a passenger who may change the destination. Beyond the table's draws it takes one double
 * at reset (is the passenger of this episode fickle?) and, when the destination changes, one bounded
 * integer after the step's double.
 */
class FickleTaxi extends TabularEnvironment {
  readonly #probability: number;
  /** Whether a change of destination is still to come in this episode. */
  #fickle = false;

  constructor(id: string, options: TaxiOptions) {
    super({ id, table: taxiTable(options), actionMasks: actionMasks() });
    this.#probability = options.fickleProbability;
  }

  /** None: the state of the table does not tell whether the destination is still to change. */
  override get model(): undefined {
    return undefined;
  }

  override reset(options?: ResetOptions): Start<number> {
    const start = super.reset(options);
    this.#fickle = this.random.random() < this.#probability;
    return start;
  }

  override step(action: number): Step<number> {
    const before = this.state;
    const result = super.step(action);
    if (this.#fickle && passengerOf(before) === ABOARD && cellOf(before) !== cellOf(this.state)) {
      this.#fickle = false;
      const destination = destinationOf(this.state);
      const drawn = this.random.integers(0, 3);
      const changed = drawn < destination ? drawn : drawn + 1;
      this.enter(encode(cellOf(this.state), ABOARD, changed));
    }
    return result;
  }

  override save(): { readonly [key: string]: Snapshot } {
    return { ...super.save(), fickle: this.#fickle };
  }

  override restore(snapshot: Snapshot): void {
    const { fickle } = openSnapshot<{ fickle: boolean }>(
      this.id,
      snapshot,
      ({ fickle }) => typeof fickle === "boolean",
    );
    super.restore(snapshot);
    this.#fickle = fickle;
  }
}

/** Taxi-v4. */
export const taxi: EnvironmentSpec<TaxiOptions> = {
  id: "Taxi-v4",
  description: "Fetch a passenger at one of four stops and bring them to another.",
  module: import.meta.url,
  options,
  maxEpisodeSteps: 200,
  rewardThreshold: 8,
  create: (options) =>
    options.ficklePassenger ? new FickleTaxi("Taxi-v4", options) : new TabularEnvironment({
      id: "Taxi-v4",
      table: taxiTable(options),
      actionMasks: actionMasks(),
    }),
};
