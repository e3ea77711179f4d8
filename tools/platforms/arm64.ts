/**
 * Deno for arm64 under user-mode emulation. Everything is unpacked into the cache folder: Deno's
 * arm64 binary from npm, Debian's qemu-user-static, and the three arm64 libraries that Deno needs.
 * The system's own packages and architectures are not touched.
 */
import { call, exists, type Platform } from "./platform.ts";

/** arm64 under qemu; needs apt-get, dpkg, npm and tar. */
export const arm64: Platform = {
  name: "arm64 under qemu",
  host: "deno",
  async run(bundle, cache) {
    const folder = `${cache}/arm64`;
    // The last one is there when all are: each is unpacked under another name and renamed.
    await fetchOnce(`${folder}/qemu`, fetchQemu);
    await fetchOnce(`${folder}/sysroot`, fetchLibraries);
    await fetchOnce(`${folder}/deno-${Deno.version.deno}`, fetchDeno);
    return await call(`${folder}/qemu/usr/bin/qemu-aarch64-static`, [
      ...["-L", `${folder}/sysroot`, `${folder}/deno-${Deno.version.deno}/package/deno`],
      ...["run", "-q", "--no-config", "--no-lock", bundle],
    ]);
  },
};

/** Fills a folder unless it is there; it appears only when it is complete. */
async function fetchOnce(
  folder: string,
  fetch: (folder: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  const unfinished = `${folder}.unfinished`;
  await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  await Deno.mkdir(unfinished, { recursive: true });
  await fetch(unfinished);
  await Deno.rename(unfinished, folder);
}

async function fetchQemu(folder: string): Promise<void> {
  await call("apt-get", ["download", "-qq", "qemu-user-static"], { cwd: folder });
  await unpackAll(folder);
  // The package emulates all processors, at hundreds of megabytes.
  for await (const { name } of Deno.readDir(`${folder}/usr/bin`)) {
    if (name !== "qemu-aarch64-static") await Deno.remove(`${folder}/usr/bin/${name}`);
  }
}

/** From the system's own package sources, by a private configuration for arm64. */
async function fetchLibraries(folder: string): Promise<void> {
  const apt = `${folder}/apt`;
  for (const path of ["lists/partial", "archives/partial"]) {
    await Deno.mkdir(`${apt}/${path}`, { recursive: true });
  }
  await Deno.writeTextFile(`${apt}/status`, "");
  const options = [
    "APT::Architecture=arm64",
    "APT::Architectures=arm64",
    `Dir::State=${apt}`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}`,
  ].flatMap((option) => ["-o", option]);
  await call("apt-get", [...options, "update", "-qq"]);
  const libraries = ["libc6", "libgcc-s1", "libstdc++6"];
  await call("apt-get", [...options, "download", "-qq", ...libraries], { cwd: folder });
  await Deno.remove(apt, { recursive: true });
  await unpackAll(folder);
}

/** Unpacks every Debian package in a folder, there. */
async function unpackAll(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".deb")) continue;
    await call("dpkg", ["-x", `${folder}/${name}`, folder]);
    await Deno.remove(`${folder}/${name}`);
  }
}

/** The same version as the Deno that runs this. */
async function fetchDeno(folder: string): Promise<void> {
  const spec = `@deno/linux-arm64-glibc@${Deno.version.deno}`;
  const packed = await call("npm", ["pack", "--silent", "--pack-destination", folder, spec]);
  await call("tar", ["xzf", `${folder}/${packed}`, "-C", folder]);
  await Deno.remove(`${folder}/${packed}`);
}
