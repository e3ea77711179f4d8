/**
 * The exact value of every state under a fixed policy, by solving the Bellman equations.
 *
 * The equations are solved one strongly connected component of the policy's transition graph at a
 * time, successors first: most components are single states, so that little elimination is left,
 * and the components that no episode ever leaves show themselves.
 */
import type { TabularModel } from "../../envs/tabular_model.ts";

/**
 * A policy over the observations of a model: uniformly random; one action per observation; or
 * probabilities, row-major [observations, actions].
 */
export type PolicyTable = "uniform" | Int32Array | Float64Array;

/**
 * The probability of each action in each state, row-major [states, actions].
 *
 * @throws RangeError if the table does not fit the model
 */
export function actionProbabilities(model: TabularModel, policy: PolicyTable): Float64Array {
  const { states, actions, observation } = model;
  const probabilities = new Float64Array(states * actions);
  if (policy === "uniform") return probabilities.fill(1 / actions);
  for (let s = 0; s < states; s++) {
    const o = observation[s];
    if (policy instanceof Int32Array) {
      if (!(policy[o] >= 0 && policy[o] < actions)) {
        throw new RangeError(
          `policy table: the action of observation ${o} must be 0 to ${actions - 1}, not ${
            policy[o]
          }`,
        );
      }
      probabilities[s * actions + policy[o]] = 1;
    } else {
      const row = policy.subarray(o * actions, (o + 1) * actions);
      const sum = row.reduce((total, p) => total + p, 0);
      if (!(row.length === actions && row.every((p) => p >= 0) && Math.abs(sum - 1) < 1e-9)) {
        throw new RangeError(
          `policy table: observation ${o} needs ${actions} probabilities that sum to 1, not [${row}]`,
        );
      }
      probabilities.set(row, s * actions);
    }
  }
  return probabilities;
}

/** The Markov reward process that a model becomes under a policy. Arcs of probability 0 are left out. */
interface RewardProcess {
  readonly states: number;
  /** Expected reward of the next step, per state. */
  readonly reward: Float64Array;
  /** Whether the next step can end the episode, per state. */
  readonly canEnd: Uint8Array;
  /** The arcs of state s are `offsets[s]` up to `offsets[s + 1]`. */
  readonly offsets: Int32Array;
  readonly next: Int32Array;
  readonly probability: Float64Array;
}

function rewardProcess(model: TabularModel, policy: PolicyTable): RewardProcess {
  const { states, actions } = model;
  const chosen = actionProbabilities(model, policy);
  const reward = new Float64Array(states);
  const canEnd = new Uint8Array(states);
  const offsets = new Int32Array(states + 1);
  const next = new Int32Array(model.next.length);
  const probability = new Float64Array(model.next.length);
  let arcs = 0;
  for (let s = 0; s < states; s++) {
    for (let entry = s * actions; entry < (s + 1) * actions; entry++) {
      for (let i = model.offsets[entry]; i < model.offsets[entry + 1]; i++) {
        const p = chosen[entry] * model.probability[i];
        if (p === 0) continue;
        reward[s] += p * model.reward[i];
        if (model.terminated[i]) {
          canEnd[s] = 1;
        } else {
          next[arcs] = model.next[i];
          probability[arcs++] = p;
        }
      }
    }
    offsets[s + 1] = arcs;
  }
  return { states, reward, canEnd, offsets, next, probability };
}

/**
 * The expected discounted return from every state under a policy.
 *
 * At discount 1 a policy may go round for ever. The value is then 0 where no more reward comes,
 * Infinity or -Infinity where the rewards that recur have one sign, and NaN where they have both.
 *
 * @param policy uniform, a table of actions or a table of probabilities over the observations
 * @param discount 0 to 1
 * @returns one value per state
 * @throws RangeError if the policy does not fit the model
 */
export function policyValues(
  model: TabularModel,
  policy: PolicyTable,
  discount: number,
): Float64Array {
  const process = rewardProcess(model, policy);
  const values = new Float64Array(process.states);
  const component = new Int32Array(process.states).fill(-1);
  stronglyConnectedComponents(process).forEach((members, index) => {
    for (const s of members) component[s] = index;
    solveComponent(process, discount, members, component, values);
  });
  return values;
}

/** Sets the values of one component, those of its successors being known. */
function solveComponent(
  process: RewardProcess,
  discount: number,
  members: readonly number[],
  component: Int32Array,
  values: Float64Array,
): void {
  const { reward, canEnd, offsets, next, probability } = process;
  const size = members.length;
  const own = component[members[0]];
  const position = new Map(members.map((s, i) => [s, i]));
  // (I - discount P) v = r + what the values outside contribute; the right side is the last column.
  const rows = members.map((s, i) => {
    const row = new Float64Array(size + 1);
    row[i] = 1;
    row[size] = reward[s];
    return row;
  });
  let endless = discount === 1;
  for (let i = 0; i < size; i++) {
    const s = members[i];
    if (canEnd[s]) endless = false;
    for (let arc = offsets[s]; arc < offsets[s + 1]; arc++) {
      if (component[next[arc]] === own) {
        rows[i][position.get(next[arc])!] -= discount * probability[arc];
      } else {
        endless = false;
        rows[i][size] += discount * probability[arc] * values[next[arc]];
      }
    }
  }
  const constants = rows.map((row) => row[size]);
  if (endless) {
    // Every member recurs for ever: unless all rewards are zero the sum has no finite limit.
    const rises = constants.some((r) => r > 0);
    const falls = constants.some((r) => r < 0);
    const value = rises ? (falls ? NaN : Infinity) : falls ? -Infinity : 0;
    for (const s of members) values[s] = value;
  } else if (!constants.every(Number.isFinite)) {
    // One member can reach an infinite value, and every member can reach that one.
    const value = constants.reduce((sum, b) => Number.isFinite(b) ? sum : sum + b, 0);
    for (const s of members) values[s] = value;
  } else {
    eliminate(rows);
    members.forEach((s, i) => values[s] = rows[i][size]);
  }
}

/**
 * Solves linear equations in place; the last column becomes the solution. No pivoting: I - discount P
 * is a diagonally dominant M-matrix, for which plain elimination is stable.
 */
function eliminate(rows: readonly Float64Array[]): void {
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i][k] / rows[k][k];
      if (factor === 0) continue;
      for (let j = k + 1; j <= size; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = rows[i][size];
    for (let j = i + 1; j < size; j++) sum -= rows[i][j] * rows[j][size];
    rows[i][size] = sum / rows[i][i];
  }
}

/** The strongly connected components, successors before predecessors (Tarjan 1972, without recursion). */
function stronglyConnectedComponents(process: RewardProcess): number[][] {
  const { states, offsets, next } = process;
  const components: number[][] = [];
  const order = new Int32Array(states).fill(-1); // in which a state was found
  const low = new Int32Array(states); // the earliest state on the stack that it can reach
  const arc = offsets.slice(0, states); // the arc to follow next
  const onStack = new Uint8Array(states);
  const stack: number[] = [];
  const path: number[] = [];
  let found = 0;
  for (let root = 0; root < states; root++) {
    if (order[root] !== -1) continue;
    path.push(root);
    while (path.length > 0) {
      const s = path[path.length - 1];
      if (order[s] === -1) {
        order[s] = low[s] = found++;
        onStack[s] = 1;
        stack.push(s);
      }
      if (arc[s] < offsets[s + 1]) {
        const t = next[arc[s]++];
        if (order[t] === -1) path.push(t);
        else if (onStack[t]) low[s] = Math.min(low[s], order[t]);
        continue;
      }
      path.pop();
      if (path.length > 0) {
        const parent = path[path.length - 1];
        low[parent] = Math.min(low[parent], low[s]);
      }
      if (low[s] !== order[s]) continue;
      const members = stack.splice(stack.indexOf(s));
      for (const member of members) onStack[member] = 0;
      components.push(members);
    }
  }
  return components;
}
