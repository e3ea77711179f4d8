/**
 * This machine's own Deno, as it is and with its compilers and processor features restricted: what
 * V8 or the C library may do better on another machine must not change a bit.
 */
import { call, type Platform } from "./platform.ts";

/** Options of Deno, or variables of its environment, that take something away. */
interface Restriction {
  readonly name: string;
  readonly v8Flags?: string;
  readonly env?: Record<string, string>;
}

/** The ways in which Deno is run here; the first is without any restriction. */
export const restrictions: readonly Restriction[] = [
  { name: "this machine" },
  { name: "V8's first compiler only", v8Flags: "--liftoff-only" },
  { name: "V8's last compiler only", v8Flags: "--no-liftoff" },
  { name: "no AVX or FMA in V8", v8Flags: "--no-enable-avx,--no-enable-avx2,--no-enable-fma3" },
  { name: "no FMA in the C library", env: { GLIBC_TUNABLES: "glibc.cpu.hwcaps=-FMA,-FMA4" } },
];

/** Runs a script without permissions under a restriction and gives what it prints. */
export async function runRestricted(
  { v8Flags, env }: Restriction,
  script: string,
  options: readonly string[],
): Promise<string> {
  const flags = v8Flags === undefined ? [] : [`--v8-flags=${v8Flags}`];
  return await call(Deno.execPath(), ["run", "-q", "--no-lock", ...options, ...flags, script], {
    env,
  });
}

/** Deno on this machine, in each of those ways. */
export const thisMachine: readonly Platform[] = restrictions.map((restriction) => ({
  name: restriction.name,
  host: "deno",
  run: (bundle) => runRestricted(restriction, bundle, ["--no-config"]),
}));
