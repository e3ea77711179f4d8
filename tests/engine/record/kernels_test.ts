/** Each kernel of TensorFlow.js that can be recorded means what eager TensorFlow.js computes, in its variants. */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { lower, recordableKernels } from "../../../engine/record/lower.ts";
import { recordTape } from "../../../engine/record/record.ts";
import { assertClose, randomValues, runEagerly, type Spec } from "../functions.ts";
import { runCompiled } from "../programs/compiled.ts";
import { type Elements, interpret } from "../reference_interpreter.ts";

/** Uses of a kernel, by what is special about them. */
type Uses = Readonly<
  Record<string, (t: Record<keyof typeof specs, tf.Tensor>) => tf.Tensor | tf.Tensor[]>
>;

const specs = {
  x: { shape: [3, 4] },
  y: { shape: [3, 4] },
  row: { shape: [4] },
  cube: { shape: [2, 3, 4] },
  batch: { shape: [2, 4, 5] },
  square: { shape: [4, 5] },
  image: { shape: [2, 6, 5, 3] },
  filter: { shape: [3, 2, 3, 4] },
  n: { shape: [3, 4], dtype: "int32", below: 5 },
  m: { shape: [3, 4], dtype: "int32", below: 3 },
  index: { shape: [5], dtype: "int32", below: 3 },
  p: { shape: [3, 4], dtype: "bool" },
  q: { shape: [3, 4], dtype: "bool" },
} as const satisfies Record<string, Spec>;

type T = Record<keyof typeof specs, tf.Tensor>;

/** Of floats with special values among them. */
const floats = (f: (x: tf.Tensor) => tf.Tensor): Uses => ({ "": ({ x }) => f(x) });
const floatsAndIntegers = (f: (x: tf.Tensor) => tf.Tensor): Uses => ({
  "": ({ x }) => f(x),
  "int32": ({ n, m }) => f(tf.sub(n, tf.mul(m, m))),
});
const pairs = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Uses => ({
  "": ({ x, y }) => f(x, y),
  "broadcast": ({ x, row }) => f(row, x),
  "int32": ({ n, m }) => f(n, tf.add(m, tf.scalar(1, "int32"))),
  "itself": ({ x }) => f(x, x),
});
const reductions = (
  f: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor,
): Uses => ({
  "all": ({ cube }) => f(cube),
  "last": ({ cube }) => f(cube, -1),
  "first and last, kept": ({ cube }) => f(cube, [2, 0], true),
  "special values": ({ x }) => f(x, 1),
  // TensorFlow.js counts bools in int32.
  "bool": ({ p }) => f(p, 1),
  "bool as int32": ({ p }) => f(tf.transpose(tf.cast(p, "int32")), 0),
  "one-hot rows": ({ index }) => f(tf.oneHot(index, 4), 0),
  "scalar int32": ({ n }) => f(tf.reshape(tf.slice(n, 0, [1, 1]), [])),
});
const places = (f: (x: tf.Tensor, axis?: number) => tf.Tensor): Uses => ({
  "": ({ x }) => f(x, -1),
  "first": ({ cube }) => f(cube, 0),
  "int32": ({ n, m }) => f(tf.sub(n, tf.mul(m, m)), 1),
  "negative int32": ({ n }) => f(tf.sub(n, tf.scalar(9, "int32")), 1),
  "bool": ({ p }) => f(p, 1),
});
const conv = (
  image: tf.Tensor,
  filter: tf.Tensor,
  strides: number | [number, number],
  pad: "same" | "valid" | number,
) => tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
const convolved = (
  f: (t: T, strides: number | [number, number], pad: "same" | "valid" | number) => tf.Tensor,
): Uses => ({
  "valid": (t) => f(t, 1, "valid"),
  "same": (t) => f(t, 1, "same"),
  "strides": (t) => f(t, [2, 1], "same"),
  "padded": (t) => f(t, 2, 1),
});
const uses: Readonly<Record<string, Uses>> = {
  Abs: floatsAndIntegers(tf.abs),
  Add: pairs(tf.add),
  AddN: { "": ({ x, y }) => tf.addN([x, y, x]) },
  All: { "": ({ p }) => tf.all(p, 1), "all": ({ p }) => tf.all(tf.logicalOr(p, true)) },
  Any: { "": ({ p }) => tf.any(p, 0), "all": ({ p }) => tf.any(p) },
  ArgMax: places(tf.argMax),
  ArgMin: places(tf.argMin),
  BatchMatMul: {
    "": ({ x, square }) => tf.matMul(x, square),
    "transposed": ({ x, y }) => tf.matMul(x, y, true, false),
    "transposed second": ({ x, y }) => tf.matMul(x, y, false, true),
    "batches": ({ cube, batch }) => tf.matMul(cube, batch),
    "one for all": ({ cube, square }) => tf.matMul(cube, tf.expandDims(square, 0)),
  },
  Cast: {
    "bool": ({ x }) => tf.cast(tf.maximum(tf.minimum(x, 2), -2), "bool"),
    "int32": ({ y }) => tf.cast(y, "int32"),
    "from int32": ({ n }) => tf.cast(n, "float32"),
    "from bool": ({ p }) => tf.cast(p, "float32"),
    "bool to int32": ({ p }) => tf.cast(p, "int32"),
    "int32 to bool": ({ n }) => tf.cast(n, "bool"),
  },
  Ceil: floats(tf.ceil),
  ClipByValue: floats((x) => tf.clipByValue(x, -0.5, 0.75)),
  Concat: {
    "": ({ x, y }) => tf.concat([x, y, x], 1),
    "first": ({ x, row }) => tf.concat([x, tf.expandDims(row, 0)], 0),
    "bool": ({ p, q }) => tf.concat([p, q], -1),
    "integers and bools after floats": ({ y, n, p }) => tf.concat([y, n, p], 1),
    "floats after integers": ({ y, n }) => tf.concat([n, y], 0),
  },
  Conv2D: convolved(({ image, filter }, strides, pad) => conv(image, filter, strides, pad)),
  Conv2DBackpropFilter: convolved(({ image, filter }, strides, pad) =>
    tf.grad((filter) => tf.sum(tf.square(conv(image, filter, strides, pad))))(filter)
  ),
  Conv2DBackpropInput: convolved(({ image, filter }, strides, pad) =>
    tf.grad((image) => tf.sum(tf.square(conv(image, filter, strides, pad))))(image)
  ),
  Cos: floats((x) => tf.cos(tf.clipByValue(x, -9, 9))),
  Elu: floats(tf.elu),
  EluGrad: floats((x) => tf.grad((x) => tf.elu(x))(x)),
  Equal: pairs(tf.equal),
  Exp: floatsAndIntegers(tf.exp),
  ExpandDims: { "": ({ x }) => tf.expandDims(x, 1), "last": ({ x }) => tf.expandDims(x, -1) },
  Expm1: floats(tf.expm1),
  Fill: {
    "": () => tf.fill([2, 3], 0.1),
    "int32": () => tf.fill([4], 3, "int32"),
    "bool": () => tf.fill([2], 1, "bool"),
  },
  Floor: floats(tf.floor),
  FloorDiv: { "": ({ n, m }) => tf.floorDiv(tf.sub(n, m), tf.add(m, tf.scalar(1, "int32"))) },
  FusedConv2D: {
    "": ({ image, filter, row }) =>
      tf.fused.conv2d({
        x: image as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: "same",
        bias: row,
        activation: "relu",
      }),
  },
  GatherNd: {
    "rows": ({ x, index }) => tf.gatherND(x, tf.expandDims(index, 1)),
    "elements": ({ cube, index }) =>
      tf.gatherND(cube, tf.stack([tf.zerosLike(index), index, index], 1)),
    "tables": ({ cube, index }) => tf.gatherND(cube, tf.stack([tf.zerosLike(index), index], -1)),
  },
  GatherV2: {
    "": ({ x, index }) => tf.gather(x, index as tf.Tensor1D),
    "last": ({ x, index }) => tf.gather(x, index as tf.Tensor1D, -1),
    "a table of indices": ({ cube, m }) => tf.gather(cube, m as tf.Tensor2D, 1),
    "int32": ({ n, index }) => tf.gather(n, index as tf.Tensor1D),
  },
  Greater: pairs(tf.greater),
  GreaterEqual: pairs(tf.greaterEqual),
  Identity: { "": ({ x }) => tf.clone(x) },
  IsFinite: floats(tf.isFinite),
  IsInf: floats(tf.isInf),
  IsNan: floats(tf.isNaN),
  LeakyRelu: floats((x) => tf.leakyRelu(x, 0.3)),
  Less: pairs(tf.less),
  LessEqual: pairs(tf.lessEqual),
  LinSpace: { "": () => tf.linspace(-1, 3, 7) },
  Log: floats(tf.log),
  Log1p: floats(tf.log1p),
  LogicalAnd: { "": ({ p, q }) => tf.logicalAnd(p, q) },
  LogicalNot: { "": ({ p }) => tf.logicalNot(p) },
  LogicalOr: { "": ({ p, q }) => tf.logicalOr(p, q) },
  Max: reductions(tf.max),
  MaxPool: {
    "": ({ image }) => tf.maxPool(image as tf.Tensor4D, 2, 2, "valid"),
    "same": ({ image }) => tf.maxPool(image as tf.Tensor4D, [3, 2], 1, "same"),
  },
  MaxPoolGrad: {
    "": ({ image }) =>
      tf.grad((image) => tf.sum(tf.square(tf.maxPool(image as tf.Tensor4D, [3, 2], 1, "same"))))(
        image,
      ),
  },
  Maximum: pairs(tf.maximum),
  Mean: { ...reductions(tf.mean), "int32": ({ n }) => tf.mean(n, 0) },
  Min: reductions(tf.min),
  Minimum: pairs(tf.minimum),
  Mod: pairs(tf.mod),
  Multiply: pairs(tf.mul),
  Neg: floatsAndIntegers(tf.neg),
  NotEqual: pairs(tf.notEqual),
  OneHot: {
    "": ({ index }) => tf.oneHot(index, 4),
    "values": ({ n }) => tf.oneHot(n, 3, 0.9, 0.1, "float32"),
    "bool": ({ index }) => tf.oneHot(index, 4, 1, 0, "bool"),
  },
  OnesLike: { "": ({ x }) => tf.onesLike(x) },
  Pack: {
    "": ({ x, y }) => tf.stack([x, y]),
    "last": ({ x, y }) => tf.stack([x, y], -1),
    "scalars": ({ x }) => tf.stack([tf.sum(x), tf.mean(x)]),
  },
  PadV2: {
    "": ({ x }) => tf.pad(x, [[1, 0], [0, 2]], 0.5),
    "nothing": ({ x }) => tf.pad(x, [[0, 0], [0, 0]]),
  },
  Pow: {
    "constant": ({ x }) => tf.pow(x, 3),
    "root": ({ y }) => tf.pow(tf.abs(y), 0.5),
    "computed constant": ({ y }) => tf.pow(tf.abs(y), tf.sub(tf.scalar(2.5), 1)),
    "of a constant": ({ y }) => tf.pow(0.9, y),
    "a constant of another shape": () => tf.pow(tf.scalar(2), tf.ones([3])),
    "gradient": ({ y }) => tf.grad((y) => tf.pow(tf.abs(y), 2.5))(y),
  },
  Prod: reductions(tf.prod),
  Range: {
    "": () => tf.range(0, 5, 2),
    "down": () => tf.range(2, -1, -0.5),
    "int32": () => tf.range(1, 5, 1, "int32"),
    "down by default": () => tf.range(5, 1),
  },
  RealDiv: { "": ({ x, y }) => tf.div(x, y), "broadcast": ({ x, row }) => tf.div(row, x) },
  Reciprocal: floats(tf.reciprocal),
  Relu: floatsAndIntegers(tf.relu),
  Relu6: floats(tf.relu6),
  Reshape: {
    "": ({ x }) => tf.reshape(x, [2, -1]),
    "to a scalar": ({ x }) => tf.reshape(tf.sum(x, 0, true), [4]),
  },
  Round: floats((x) => tf.round(tf.concat([x, tf.tensor2d([[0.5, 1.5, 2.5, -0.5]])]))),
  Rsqrt: floats((x) => tf.rsqrt(tf.abs(x))),
  ScatterNd: {
    "rows": ({ x, m }) => tf.scatterND(tf.slice(m, [0, 0], [3, 1]) as tf.Tensor2D, x, [3, 4]),
    "elements": ({ row, n }) =>
      tf.scatterND(tf.transpose(tf.slice(n, 0, 2)) as tf.Tensor2D, row, [5, 5]),
  },
  Select: {
    "": ({ p, x, y }) => tf.where(p, x, y),
    "broadcast": ({ p, x, row }) => tf.where(p, row, x),
    "scalar": ({ p, x }) => tf.where(tf.any(p), x, 0),
    "int32": ({ p, n, m }) => tf.where(p, n, m),
    "bool": ({ p, q }) => tf.where(p, q, p),
    "of two types": ({ p, n, y }) => [tf.where(p, n, y), tf.where(p, p, y), tf.where(p, y, n)],
  },
  Sigmoid: floats(tf.sigmoid),
  // TensorFlow.js gives 0 for the sign of NaN; here NaN goes through everything.
  Sign: { "": ({ y }) => tf.sign(y), "zero": ({ n }) => tf.sign(tf.cast(n, "float32")) },
  Sin: floats((x) => tf.sin(tf.clipByValue(x, -9, 9))),
  Slice: {
    "": ({ cube }) => tf.slice(cube, [1, 0, 2], [1, 2, -1]),
    "from": ({ cube }) => tf.slice(cube, 1),
  },
  Softmax: floats(tf.softmax),
  Softplus: floats(tf.softplus),
  SplitV: {
    "": ({ x }) => tf.split(x, 2, 1),
    "uneven": ({ x }) => tf.split(x, [1, 3], -1),
  },
  Sqrt: floats(tf.sqrt),
  Square: floatsAndIntegers(tf.square),
  SquaredDifference: pairs(tf.squaredDifference),
  Step: { ...floatsAndIntegers((x) => tf.step(x)), "slope": ({ x }) => tf.step(x, -1) },
  StridedSlice: {
    "": ({ cube }) => tf.stridedSlice(cube, [0, 0, 1], [2, 3, 4], [1, 2, 2]),
    "masks": ({ cube }) => tf.stridedSlice(cube, [0, 1, 1], [2, 3, 2], [1, 1, 1], 1, 0, 0, 0, 4),
    "ellipsis, new axis": ({ cube }) =>
      tf.stridedSlice(cube, [0, 0, 1], [0, 0, 3], [1, 1, 1], 0, 0, 1, 2),
  },
  Sub: pairs(tf.sub),
  Sum: reductions(tf.sum),
  Tanh: floats(tf.tanh),
  Tile: {
    "": ({ x }) => tf.tile(x, [2, 3]),
    "size 1": ({ row }) => tf.tile(tf.expandDims(row, 0), [3, 1]),
  },
  Transpose: {
    "": ({ x }) => tf.transpose(x),
    "cube": ({ cube }) => tf.transpose(cube, [2, 0, 1]),
  },
  Unpack: { "": ({ x }) => tf.unstack(x), "middle": ({ cube }) => tf.unstack(cube, 1) },
  UnsortedSegmentSum: {
    "": ({ batch, index }) =>
      tf.unsortedSegmentSum(tf.transpose(batch, [2, 0, 1]), index as tf.Tensor1D, 4),
    "gradient of gather": ({ y, index }) =>
      tf.grad((y) => tf.sum(tf.square(tf.gather(y, index as tf.Tensor1D, 1))))(y),
  },
  ZerosLike: { "": ({ x }) => tf.zerosLike(x), "int32": ({ n }) => tf.zerosLike(n) },
  _FusedMatMul: Object.fromEntries(
    (["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const).map((activation) => [
      activation,
      ({ x, y, row }: T) =>
        tf.fused.matMul({
          a: x as tf.Tensor2D,
          b: y as tf.Tensor2D,
          transposeA: true,
          bias: row,
          activation,
          leakyreluAlpha: 0.2,
        }),
    ]),
  ),
};

const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 1, -1, 7];

Deno.test("every kernel that can be recorded is tried", () => {
  assertEquals(Object.keys(uses).sort(), recordableKernels);
});

for (const [kernel, variants] of Object.entries(uses)) {
  Deno.test(`${kernel} means what it computes eagerly`, () => {
    for (const [variant, run] of Object.entries(variants)) {
      const recordable = {
        inputs: specs,
        state: {},
        run: (tensors: T) => {
          const results = [run(tensors)].flat();
          return Object.fromEntries(
            results.map((tensor, i) => [`${kernel} ${variant} ${i}`, tensor]),
          );
        },
      };
      const tape = recordTape(recordable);
      assert(tape.calls.some((call) => call.kernel === kernel), `${kernel} did not run`);
      const inputs: Record<string, Elements> = randomValues(specs, 3);
      inputs.x.set(SPECIAL, 2);
      const graph = lower(tape);
      const eager = runEagerly(recordable as never, inputs, {});
      assertClose(interpret(graph, inputs), eager, 1e-5);
      assertClose(runCompiled(graph, recordable as never, inputs, {}), eager, 1e-5);
    }
  });
}
