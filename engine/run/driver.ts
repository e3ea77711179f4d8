/**
 * Turns prepared lists of calls into a WebAssembly module whose exported functions make them one after
 * another with their arguments as constants. JavaScript is entered once per run and not once per kernel,
 * and nothing can be allocated on the way. What the kernels do is not known here.
 */
import type { KernelInstance, Kernels } from "../kernels/kernels.ts";
import { encodeLoop, type Loop } from "./loop.ts";
import { float32, name, section, signed, unsigned, vector } from "./wasm_encoding.ts";

/** The call of a kernel. */
export interface KernelCall {
  readonly kernel: keyof Kernels;
  readonly arguments: readonly number[];
}

/** A loop that is compiled into the driver; its arguments only tell the arrays and the element count. */
export interface LoopCall {
  readonly kernel: "loop";
  readonly arguments: readonly number[];
  readonly loop: Loop;
}

/** The calls of a run, and of the check that everything is finite. */
export interface DriverLists {
  /** Loops, and kernels that give nothing back. */
  readonly run: readonly (KernelCall | LoopCall)[];
  /** Kernels that give 1 or 0 back; the function gives whether all gave 1. */
  readonly check: readonly KernelCall[];
}

/** What the module exports. */
export interface Driver {
  run(): void;
  check(): number;
}

/** Links the lists with the kernels of an instance. */
export function makeDriver(lists: DriverLists, { kernels, memory }: KernelInstance): Driver {
  const module = new WebAssembly.Module(encodeDriver(lists));
  // The kernels are the exports of their own module, called from WebAssembly without a detour.
  const imports = { kernels: { ...kernels as unknown as WebAssembly.ModuleImports, memory } };
  return new WebAssembly.Instance(module, imports).exports as unknown as Driver;
}

const I32 = 0x7f, F32 = 0x7d, FUNCTION_TYPE = 0x60;
const TYPE = 1, IMPORT = 2, FUNCTION = 3, EXPORT = 7, CODE = 10;
const FUNCTION_KIND = 0, MEMORY_KIND = 2;
const CALL = 0x10, I32_CONST = 0x41, F32_CONST = 0x43, I32_AND = 0x71, END = 0x0b;

/** The parameters that are not 32-bit integers but float32. */
const FLOATS: Readonly<Partial<Record<keyof Kernels, readonly number[]>>> = { apply: [6, 7] };

function isFloat(kernel: keyof Kernels, parameter: number): boolean {
  return FLOATS[kernel]?.includes(parameter) ?? false;
}

/** The bytes of the module. */
export function encodeDriver({ run, check }: DriverLists): Uint8Array<ArrayBuffer> {
  const types: string[] = [];
  const typeIndex = (parameters: readonly number[], results: readonly number[]) => {
    const type = [FUNCTION_TYPE, ...vector(parameters), ...vector(results)].join();
    if (!types.includes(type)) types.push(type);
    return types.indexOf(type);
  };
  const kernels = new Map<string, { index: number; type: number }>();
  const declare = (calls: readonly (KernelCall | LoopCall)[], results: readonly number[]) => {
    for (const { kernel, arguments: values } of calls) {
      if (kernel === "loop" || kernels.has(kernel)) continue;
      const type = typeIndex(values.map((_, i) => isFloat(kernel, i) ? F32 : I32), results);
      kernels.set(kernel, { index: kernels.size, type });
    }
  };
  declare(run, []);
  declare(check, [I32]);
  const kernelCall = ({ kernel, arguments: values }: KernelCall) => [
    ...values.flatMap((value, i) =>
      isFloat(kernel, i) ? [F32_CONST, ...float32(value)] : [I32_CONST, ...signed(value)]
    ),
    CALL,
    ...unsigned(kernels.get(kernel)!.index),
  ];
  // Each loop is a function of its own, for V8 optimizes by the function.
  const loops = run.flatMap((call) => call.kernel === "loop" ? [encodeLoop(call.loop)] : []);
  let loop = kernels.size;
  const noLocals = 0;
  const bodies = [
    ...loops,
    [
      noLocals,
      ...run.flatMap((call) =>
        call.kernel === "loop" ? [CALL, ...unsigned(loop++)] : kernelCall(call)
      ),
      END,
    ],
    [
      ...[noLocals, I32_CONST, 1],
      ...check.flatMap((call) => [...kernelCall(call), I32_AND]),
      END,
    ],
  ];
  const [nothing, answer] = [typeIndex([], []), typeIndex([], [I32])];
  const noMaximum = 0, onePage = 1;
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(TYPE, types.map((type) => type.split(",").map(Number))),
    ...section(IMPORT, [
      ...[...kernels].map(([kernel, { type }]) => [
        ...name("kernels"),
        ...name(kernel),
        FUNCTION_KIND,
        ...unsigned(type),
      ]),
      [...name("kernels"), ...name("memory"), MEMORY_KIND, noMaximum, onePage],
    ]),
    ...section(FUNCTION, [...loops.map(() => [nothing]), [nothing], [answer]]),
    ...section(
      EXPORT,
      ["run", "check"].map((it, i) => [
        ...name(it),
        FUNCTION_KIND,
        ...unsigned(kernels.size + loops.length + i),
      ]),
    ),
    ...section(CODE, bodies.map(vector)),
  ]);
}
