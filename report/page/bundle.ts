/**
 * Makes a page's code: one classic script with everything in it, the WebAssembly files too. It needs
 * no network and no server: it stands in the page as a `<script>`, runs when the page is opened from
 * disk, and its text is that of the workers that the page starts.
 */
import { fileURLToPath } from "node:url";
import denoConfig from "../../deno.json" with { type: "json" };

const repository = new URL("../../", import.meta.url);

/**
 * Bundles a module with all that it imports, `onnxruntime-node` replaced by `onnx_runtime.ts`. Takes
 * one to two seconds; Deno fetches its bundler, esbuild, when it is needed for the first time. Needs
 * the permission to run Deno, which may read the project.
 *
 * @param entry path or address of a module without exports and without `await` outside of functions
 * @returns the script, minified; it may stand in HTML as it is
 * @throws Error with what Deno says if the module cannot be bundled, or esbuild not be fetched
 */
export async function bundlePage(entry: string | URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--minify", "--platform", "browser", "--format", "iife"],
      ...["--import-map", importMap()],
      entry instanceof URL ? fileURLToPath(entry) : entry,
    ],
    cwd: fileURLToPath(repository),
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return inHtml(text(stdout));
  const said = text(stderr).split("Stack backtrace")[0].trim().replaceAll("\n", "\n  ");
  const advice = said.includes("esbuild")
    ? "; esbuild, Deno's bundler, is fetched once, which needs the network"
    : "";
  throw new Error(`${entry} cannot be bundled${advice}:\n  ${said}`);
}

/** The project's import map with the page's own runtime, as an address that needs no file. */
function importMap(): string {
  const pins: Readonly<Record<string, string>> = {
    ...denoConfig.imports,
    "onnxruntime-node": "./report/page/onnx_runtime.ts",
  };
  const imports = Object.fromEntries(
    Object.entries(pins).map(([name, target]) => [
      name,
      target.startsWith("./") ? new URL(target, repository).href : target,
    ]),
  );
  return `data:application/json,${encodeURIComponent(JSON.stringify({ imports }))}`;
}

/**
 * A script as it may stand in HTML, where some texts end or change it. They occur in strings, templates
 * and regular expressions only, where \x3c is the same.
 */
export function inHtml(script: string): string {
  return script.replaceAll(/<(?=!--|\/?script)/gi, "\\x3c");
}
