/**
 * Compiles the project's AssemblyScript: `deno task build:wasm` writes every checked-in .wasm file.
 *
 * The compiler is pinned in deno.json, and the same source gives the same bytes on every machine;
 * tests/tools/build_wasm_test.ts compares them with the files.
 */

/** One WebAssembly file and what it is made from; paths are relative to the repository. */
export interface WasmTarget {
  /** The AssemblyScript file to compile; it may import others. */
  readonly source: string;
  /** The file to write. */
  readonly output: string;
  /** Options of the compiler besides those that all files share. */
  readonly options: readonly string[];
}

/** Every WebAssembly file of the project. */
export const wasmTargets: readonly WasmTarget[] = [
  { source: "math/assembly/math.ts", output: "math/math.wasm", options: ["--noExportMemory"] },
  {
    source: "random/assembly/random.ts",
    output: "random/random.wasm",
    options: ["--noExportMemory"],
  },
];

/** No garbage collector, no checks, the fastest code. */
const sharedOptions = ["--runtime", "stub", "--noAssert", "-O3", "--converge"];

const repository = new URL("../", import.meta.url);

/** The text of a file, or null if there is none: the compiler tries several names. */
function readSource(name: string): string | null {
  try {
    return Deno.readTextFileSync(new URL(name, repository));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Compiles one target. Needs permission to read the repository and the environment variable CI,
 * which the compiler looks at.
 *
 * @returns the bytes of the WebAssembly file
 * @throws Error with the compiler's messages if the source does not compile
 */
export async function compileWasm({ source, output, options }: WasmTarget): Promise<Uint8Array> {
  // Imported only here, because importing it already needs the permission.
  const { default: asc } = await import("assemblyscript/asc");
  let compiled: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [source, "--outFile", output, ...sharedOptions, ...options],
    {
      readFile: readSource,
      writeFile: (_name, contents) => {
        compiled = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !compiled) {
    throw new Error(`${source} does not compile: ${error?.message}\n${stderr}`);
  }
  return compiled;
}

if (import.meta.main) {
  for (const target of wasmTargets) {
    const bytes = await compileWasm(target);
    await Deno.writeFile(new URL(target.output, repository), bytes);
    console.log(`${target.output}: ${bytes.length} bytes`);
  }
}
