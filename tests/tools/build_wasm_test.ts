/** The checked-in WebAssembly files are what the sources compile to. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { compileWasm, embed, wasmTargets } from "../../tools/build_wasm.ts";

const repository = new URL("../../", import.meta.url);
const permissions: Deno.PermissionDescriptor[] = [
  { name: "read", path: repository },
  { name: "env", variable: "CI" },
];
const states = await Promise.all(
  permissions.map((permission) => Deno.permissions.query(permission)),
);
const ignore = states.some(({ state }) => state !== "granted");

for (const target of wasmTargets) {
  Deno.test({
    name: `${target.output} is what ${target.source} compiles to, byte for byte`,
    ignore,
    async fn() {
      const compiled = await compileWasm(target);
      const file = await Deno.readFile(new URL(target.output, repository));
      assert(WebAssembly.validate(file));
      // Compared as text first: a difference of thousands of bytes makes no readable message.
      assert(
        compiled.toHex() === file.toHex(),
        `${target.output} is stale: run deno task build:wasm`,
      );
      const module = new WebAssembly.Module(file);
      assertEquals(WebAssembly.Module.imports(module), [], "nothing of the host may flow in");
      if (target.embedded) {
        const text = await Deno.readTextFile(new URL(target.embedded, repository));
        assert(text === embed(target.output, file), `${target.embedded} is stale`);
      }
    },
  });
}

Deno.test({
  name: "a source that does not compile is an error that names it",
  ignore,
  async fn() {
    const target = { source: "tools/no_such_file.ts", output: "x.wasm", options: [] };
    await assertRejects(() => compileWasm(target), Error, "tools/no_such_file.ts does not compile");
  },
});
