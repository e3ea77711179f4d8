/**
 * Compiles the project's AssemblyScript: `deno task build:wasm` writes every checked-in .wasm file.
 *
 * The compiler is pinned in deno.json, and the same source gives the same bytes on every machine;
 * tests/tools/build_wasm_test.ts compares. Sources are imported as text, so compiling needs no
 * permission; writing the files does.
 */
import asc from "assemblyscript/asc";
import mathSource from "../math/assembly/math.ts" with { type: "text" };
import boundedSource from "../random/assembly/bounded.ts" with { type: "text" };
import distributionsSource from "../random/assembly/distributions.ts" with {
  type: "text",
};
import pcg64Source from "../random/assembly/pcg64.ts" with { type: "text" };
import randomSource from "../random/assembly/random.ts" with { type: "text" };
import zigguratSource from "../random/assembly/ziggurat_tables.ts" with {
  type: "text",
};

/** One WebAssembly file and what it is made from. */
export interface WasmTarget {
  /** The file to write, relative to the repository. */
  readonly output: string;
  /** The file to compile, relative to the repository. */
  readonly source: string;
  /** The text of the source and of every file it imports, by path relative to the repository. */
  readonly files: Readonly<Record<string, string>>;
  /** Options of the compiler besides those that all files share. */
  readonly options: readonly string[];
}

/** No garbage collector, no checks, fastest code: all files are compiled so. */
const sharedOptions = ["--runtime", "stub", "--noAssert", "-O3", "--converge"];

/** Every WebAssembly file of the project. */
export const wasmTargets: readonly WasmTarget[] = [
  {
    output: "math/math.wasm",
    source: "math/assembly/math.ts",
    files: { "math/assembly/math.ts": mathSource },
    options: ["--noExportMemory"],
  },
  {
    output: "random/random.wasm",
    source: "random/assembly/random.ts",
    files: {
      "random/assembly/bounded.ts": boundedSource,
      "random/assembly/distributions.ts": distributionsSource,
      "random/assembly/pcg64.ts": pcg64Source,
      "random/assembly/random.ts": randomSource,
      "random/assembly/ziggurat_tables.ts": zigguratSource,
    },
    options: ["--noExportMemory"],
  },
];

/**
 * Compiles one target.
 *
 * @returns the bytes of the WebAssembly file
 * @throws Error with the compiler's messages if the source does not compile
 */
export async function compileWasm(target: WasmTarget): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      target.source,
      "--outFile",
      target.output,
      ...sharedOptions,
      ...target.options,
    ],
    {
      readFile: (name) => target.files[name] ?? null,
      writeFile: (_name, contents) => {
        bytes = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !bytes) {
    throw new Error(`${target.source}: ${error?.message}\n${stderr}`);
  }
  return bytes;
}

if (import.meta.main) {
  for (const target of wasmTargets) {
    const bytes = await compileWasm(target);
    await Deno.writeFile(
      new URL(`../${target.output}`, import.meta.url),
      bytes,
    );
    console.log(`${target.output}: ${bytes.length} bytes`);
  }
}
