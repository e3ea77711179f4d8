/**
 * The engine: write a TensorFlow.js function, run it as strict WebAssembly with the same bits on every
 * machine, export it as an ONNX model. See docs/engine.md.
 */
export { type Compilable, compile } from "./compile.ts";
export {
  kaimingUniform,
  orthogonal,
  pytorchUniform,
  reluGain,
  xavierUniform,
} from "./initializers.ts";
export { exportOnnx, type ModelSource, type StateValues } from "./onnx/export.ts";
export type { BatchSpec } from "./onnx/lower.ts";
export * from "./optimizers.ts";
export type { DType } from "./program/ir.ts";
export type { TensorSpec } from "./program/tensor_spec.ts";
export type { InputValue, Program, ProgramCall } from "./run/program.ts";
export type { TensorData } from "./run/memory.ts";
export type { Values } from "./run/values.ts";
export { State, type StateTensor } from "./state.ts";
