/**
 * Evaluates a graph of the engine in plain JavaScript, rounding every step to float32: slow, obvious,
 * and independent of the WebAssembly kernels. For tests alone: recording and the simplifications are
 * checked with it, and it says what each operation means.
 */
import type {
  BinaryKind,
  DType,
  Graph,
  Node,
  Operation,
  ReduceKind,
  UnaryKind,
} from "../../engine/program/ir.ts";
import { sizeOf } from "../../engine/program/tensor_spec.ts";

/** The elements of a tensor. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** A tensor. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Elements;
}

/** What a run gives. */
export interface Results {
  readonly outputs: ReadonlyMap<string, Elements>;
  readonly updates: ReadonlyMap<string, Elements>;
}

/** Runs a graph on the elements of its inputs and its state. */
export function interpret(
  graph: Graph,
  inputs: Readonly<Record<string, Elements>>,
  state: Readonly<Record<string, Elements>> = {},
): Results {
  const values: Elements[] = [];
  for (const node of graph.nodes) {
    const { operation } = node;
    values.push(
      operation.op === "input"
        ? inputs[operation.name]
        : operation.op === "state"
        ? state[operation.name]
        : evaluate(
          node,
          node.inputs.map((id) => ({ ...graph.nodes[id], data: values[id] })),
        ),
    );
  }
  const named = (ids: ReadonlyMap<string, number>) =>
    new Map([...ids].map(([name, id]) => [name, values[id]]));
  return { outputs: named(graph.outputs), updates: named(graph.updates) };
}

/** Computes one node from its inputs. */
export function evaluate(node: Node, inputs: readonly Tensor[]): Elements {
  const data = compute(node, inputs);
  if (data.length !== sizeOf(node.shape)) throw new Error(`node ${node.id} has another size`);
  return data;
}

/** An array of a type; float32 arrays round what is put in. */
export function emptyElements(dtype: DType, size: number): Elements {
  return new { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype](size);
}

function compute(node: Node, inputs: readonly Tensor[]): Elements {
  const { operation, shape, dtype } = node;
  const [x, y] = inputs;
  switch (operation.op) {
    case "constant":
      return operation.data;
    case "unary":
    case "binary":
    case "select":
    case "clip":
    case "powerConstant":
    case "leakyRelu":
    case "cast": {
      const operands = inputs.map((input) => broadcast(input, shape));
      return generate(
        node,
        (i) => scalar(operation, operands.map((it) => it[i]), inputs[0].dtype, dtype),
      );
    }
    case "elementwise": {
      const operands = inputs.map((input) => broadcast(input, shape));
      const types = inputs.map((input) => input.dtype);
      return generate(node, (i) => {
        const values = operands.map((it) => it[i]);
        const known = [...types];
        for (const step of operation.steps) {
          const its = step.operands.map((operand) => values[operand]);
          values.push(
            stored(step.dtype, scalar(step.operation, its, known[step.operands[0]], step.dtype)),
          );
          known.push(step.dtype);
        }
        return values[values.length - 1];
      });
    }
    case "reshape":
      return x.data;
    case "broadcast":
      return broadcast(x, shape);
    case "transpose":
      return indexed(node, x, (at) => {
        const from: number[] = [];
        operation.permutation.forEach((axis, i) => from[axis] = at[i]);
        return from;
      });
    case "slice":
      return indexed(
        node,
        x,
        (at) => at.map((i, axis) => operation.begin[axis] + i * operation.strides[axis]),
      );
    case "tile":
      return indexed(node, x, (at) => at.map((i, axis) => i % x.shape[axis]));
    case "pad":
      return indexed(
        node,
        x,
        (at) => at.map((i, axis) => i - operation.before[axis]),
        operation.value,
      );
    case "concat":
      return generate(node, (i) => {
        const at = indicesOf(i, shape);
        let place = at[operation.axis];
        const part = inputs.find((input) => {
          if (place < input.shape[operation.axis]) return true;
          place -= input.shape[operation.axis];
          return false;
        })!;
        return part.data[offsetOf(at.with(operation.axis, place), part.shape)!];
      });
    case "reduce":
      return reduce(operation.kind, operation.axes, node, x);
    case "softmax":
    case "logSoftmax":
      return softmax(operation.op === "logSoftmax", node, x);
    case "argMax":
    case "argMin":
      return argument(operation.op === "argMax" ? 1 : -1, operation.axis, node, x);
    case "oneHot": {
      const depth = shape[shape.length - 1];
      return generate(
        node,
        (i) => x.data[Math.floor(i / depth)] === i % depth ? operation.on : operation.off,
      );
    }
    case "gather":
      return indexed(node, x, (at) => {
        const row = y.data[at[operation.axis]];
        return at.with(operation.axis, Math.min(Math.max(row, 0), x.shape[operation.axis] - 1));
      });
    case "scatterAdd": {
      const data = emptyElements(dtype, sizeOf(shape));
      const inner = sizeOf(shape.slice(1));
      x.data.forEach((row, i) => {
        if (row < 0 || row >= shape[0]) return;
        for (let j = 0; j < inner; j++) data[row * inner + j] += y.data[i * inner + j];
      });
      return data;
    }
    case "matMul":
      return matMul(operation, node, inputs);
    case "conv2d":
    case "conv2dInputGradient":
    case "conv2dFilterGradient":
      return convolution(operation, node, inputs);
    case "maxPool":
    case "maxPoolGradient":
      return maxPool(operation, node, inputs);
    case "input":
    case "state":
      throw new Error("nothing to compute");
  }
}

function generate(node: Node, value: (index: number) => number): Elements {
  const data = emptyElements(node.dtype, sizeOf(node.shape));
  for (let i = 0; i < data.length; i++) data[i] = value(i);
  return data;
}

/** What a place of a type keeps of a number. */
function stored(dtype: DType, value: number): number {
  return dtype === "float32" ? Math.fround(value) : dtype === "int32" ? value | 0 : value & 1;
}

function indicesOf(offset: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at.unshift(offset % shape[axis]);
    offset = Math.floor(offset / shape[axis]);
  }
  return at;
}

/** Undefined outside the shape. */
function offsetOf(at: readonly number[], shape: readonly number[]): number | undefined {
  if (at.some((i, axis) => i < 0 || i >= shape[axis])) return undefined;
  return at.reduce((offset, i, axis) => offset * shape[axis] + i, 0);
}

function indexed(
  node: Node,
  x: Tensor,
  from: (at: readonly number[]) => readonly number[],
  outside = NaN,
): Elements {
  return generate(node, (i) => {
    const offset = offsetOf(from(indicesOf(i, node.shape)), x.shape);
    return offset === undefined ? outside : x.data[offset];
  });
}

function broadcast(x: Tensor, shape: readonly number[]): Elements {
  const data = emptyElements(x.dtype, sizeOf(shape));
  const missing = shape.length - x.shape.length;
  for (let i = 0; i < data.length; i++) {
    const at = indicesOf(i, shape).slice(missing);
    const from = offsetOf(at.map((index, axis) => x.shape[axis] === 1 ? 0 : index), x.shape);
    if (from === undefined) throw new Error(`[${x.shape}] does not broadcast to [${shape}]`);
    data[i] = x.data[from];
  }
  return data;
}

/** Half to even, as in TensorFlow.js. */
function round(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

const UNARY: Record<UnaryKind, (x: number) => number> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  elu: (x) => x >= 0 ? x : Math.expm1(x),
  eluGrad: (y) => y >= 0 ? 1 : y + 1,
  exp: Math.exp,
  expm1: Math.expm1,
  floor: Math.floor,
  isFinite: (x) => Number(Number.isFinite(x)),
  isInf: (x) => Number(Math.abs(x) === Infinity),
  isNaN: (x) => Number(Number.isNaN(x)),
  log: Math.log,
  log1p: Math.log1p,
  logicalNot: (x) => 1 - x,
  negate: (x) => -x,
  reciprocal: (x) => 1 / x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  round,
  rsqrt: (x) => 1 / Math.fround(Math.sqrt(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sign: (x) => Number.isNaN(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0,
  sin: Math.sin,
  softplus: (x) => Number.isNaN(x) ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sqrt: Math.sqrt,
  square: (x) => x * x,
  step: (x) => Number.isNaN(x) ? x : x > 0 ? 1 : 0,
  tanh: Math.tanh,
};

const BINARY: Record<BinaryKind, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  divide: (a, b) => a / b,
  equal: (a, b) => Number(a === b),
  floorDivide: (a, b) => Math.floor(a / b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  logicalAnd: (a, b) => a & b,
  logicalOr: (a, b) => a | b,
  maximum: Math.max,
  minimum: Math.min,
  modulo: (a, b) => {
    const rest = a % b;
    return (a < 0) === (b < 0) ? rest : (rest + b) % b;
  },
  multiply: (a, b) => a * b,
  notEqual: (a, b) => Number(a !== b),
  power: Math.pow,
  squaredDifference: (a, b) => Math.fround(a - b) * Math.fround(a - b),
  subtract: (a, b) => a - b,
};

/** One elementwise operation on numbers, before it is rounded to its type. */
function scalar(
  operation: Operation,
  [a, b, c]: readonly number[],
  from: DType,
  to: DType,
): number {
  switch (operation.op) {
    case "unary":
      return UNARY[operation.kind](a);
    case "binary":
      return from === "int32" && operation.kind === "multiply"
        ? Math.imul(a, b)
        : BINARY[operation.kind](a, b);
    case "select":
      return a === 1 ? b : c;
    case "clip":
      return Math.min(Math.max(a, Math.fround(operation.low)), Math.fround(operation.high));
    case "powerConstant":
      return Math.pow(a, Math.fround(operation.exponent));
    case "leakyRelu":
      return a < 0 ? Math.fround(operation.slope) * a : a;
    case "cast":
      return to === "bool" ? Number(a !== 0) : a;
    default:
      throw new Error(`${operation.op} is not elementwise`);
  }
}

const REDUCE: Record<ReduceKind, readonly [start: number, (a: number, b: number) => number]> = {
  sum: [0, (a, b) => a + b],
  mean: [0, (a, b) => a + b],
  max: [-Infinity, Math.max],
  min: [Infinity, Math.min],
  product: [1, (a, b) => a * b],
  any: [0, (a, b) => a | b],
  all: [1, (a, b) => a & b],
};

function reduce(kind: ReduceKind, axes: readonly number[], node: Node, x: Tensor): Elements {
  const [start, combine] = REDUCE[kind];
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  // float64 holds every int32 and float32, so extremes have somewhere to start.
  const sums = new Float64Array(sizeOf(node.shape)).fill(start);
  x.data.forEach((value, i) => {
    const at = indicesOf(i, x.shape);
    const to = offsetOf(kept.map((axis) => at[axis]), node.shape)!;
    const sum = combine(sums[to], value);
    sums[to] = x.dtype === "float32" ? Math.fround(sum) : sum;
  });
  const count = x.data.length / sums.length;
  return generate(node, (i) => kind === "mean" ? sums[i] / count : sums[i]);
}

/** Rounded at each step, as if each were an operation of its own. */
function softmax(logarithm: boolean, node: Node, x: Tensor): Elements {
  const columns = node.shape[node.shape.length - 1];
  const data = new Float32Array(x.data.length);
  for (let row = 0; row < data.length; row += columns) {
    const logits = [...x.data.slice(row, row + columns)];
    const largest = Math.max(...logits);
    const shifted = logits.map((value) => Math.fround(value - largest));
    const powers = shifted.map((value) => Math.fround(Math.exp(value)));
    const sum = powers.reduce((total, value) => Math.fround(total + value), 0);
    const log = Math.fround(Math.log(sum));
    for (let i = 0; i < columns; i++) {
      data[row + i] = logarithm ? shifted[i] - log : powers[i] / sum;
    }
  }
  return data;
}

function argument(sign: number, axis: number, node: Node, x: Tensor): Elements {
  return generate(node, (i) => {
    const at = indicesOf(i, node.shape);
    const value = (index: number) =>
      sign * x.data[offsetOf(at.toSpliced(axis, 0, index), x.shape)!];
    let best = 0;
    for (let index = 1; index < x.shape[axis]; index++) {
      if (value(index) > value(best)) best = index;
    }
    return best;
  });
}

function matMul(
  operation: Extract<Operation, { op: "matMul" }>,
  node: Node,
  [a, b, bias]: readonly Tensor[],
): Elements {
  const { transposeA, transposeB, activation } = operation;
  const [rows, columns] = node.shape.slice(-2);
  const inner = a.shape[a.shape.length - (transposeA ? 2 : 1)];
  return generate(node, (i) => {
    const product = Math.floor(i / (rows * columns));
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    const baseA = a.shape.length > 2 ? product * rows * inner : 0;
    const baseB = b.shape.length > 2 ? product * inner * columns : 0;
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const left = a.data[baseA + (transposeA ? k * rows + row : row * inner + k)];
      const right = b.data[baseB + (transposeB ? column * inner + k : k * columns + column)];
      sum = Math.fround(sum + Math.fround(left * right));
    }
    if (operation.bias) sum = Math.fround(sum + bias.data[column]);
    return activation === "none" ? sum : UNARY[activation](sum);
  });
}

/** Calls back for each pair of an image pixel and a window's pixel that meet at an output pixel. */
function forWindows(
  operation: { strides: readonly number[]; padding: readonly number[] },
  [batch, height, width]: readonly number[],
  [windowHeight, windowWidth]: readonly number[],
  [, outHeight, outWidth]: readonly number[],
  visit: (image: number, window: number, output: number) => void,
): void {
  const { strides, padding } = operation;
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let y = 0; y < windowHeight; y++) {
          for (let x = 0; x < windowWidth; x++) {
            const i = row * strides[0] + y - padding[0];
            const j = column * strides[1] + x - padding[2];
            if (i < 0 || j < 0 || i >= height || j >= width) continue;
            const output = (n * outHeight + row) * outWidth + column;
            visit((n * height + i) * width + j, y * windowWidth + x, output);
          }
        }
      }
    }
  }
}

function convolution(
  operation: Extract<Operation, { op: "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient" }>,
  node: Node,
  [first, second]: readonly Tensor[],
): Elements {
  const data = new Float32Array(sizeOf(node.shape));
  const [image, filter, output] = operation.op === "conv2d"
    ? [first, second, { shape: node.shape, data }]
    : operation.op === "conv2dInputGradient"
    ? [{ shape: node.shape, data }, second, first]
    : [first, { shape: node.shape, data }, second];
  const channels = image.shape[3];
  const filters = output.shape[3];
  forWindows(operation, image.shape, filter.shape, output.shape, (pixel, place, target) => {
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        const i = pixel * channels + c;
        const w = (place * channels + c) * filters + f;
        const o = target * filters + f;
        if (data === output.data) data[o] += Math.fround(image.data[i] * filter.data[w]);
        else if (data === image.data) data[i] += Math.fround(output.data[o] * filter.data[w]);
        else data[w] += Math.fround(image.data[i] * output.data[o]);
      }
    }
  });
  return data;
}

function maxPool(
  operation: Extract<Operation, { op: "maxPool" | "maxPoolGradient" }>,
  node: Node,
  inputs: readonly Tensor[],
): Elements {
  const gradient = operation.op === "maxPoolGradient";
  const image = gradient ? inputs[1] : inputs[0];
  const outputShape = gradient ? inputs[0].shape : node.shape;
  const channels = image.shape[3];
  const best = new Map<number, number>();
  forWindows(operation, image.shape, operation.size, outputShape, (pixel, _, target) => {
    for (let c = 0; c < channels; c++) {
      const i = pixel * channels + c;
      const o = target * channels + c;
      const known = best.get(o);
      if (known === undefined || image.data[i] > image.data[known]) best.set(o, i);
    }
  });
  const data = new Float32Array(sizeOf(node.shape));
  for (const [o, i] of [...best].sort(([a], [b]) => a - b)) {
    if (gradient) data[i] += inputs[0].data[o];
    else data[o] = image.data[i];
  }
  return data;
}
