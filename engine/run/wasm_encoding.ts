/** Pieces of WebAssembly's binary format (WebAssembly Core Specification 2.0, chapter 5), as bytes. */

/** A section of a module: its number and its items. */
export function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

/** Bytes with their number before them. */
export function vector(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** A name in UTF-8. */
export function name(text: string): number[] {
  return vector([...new TextEncoder().encode(text)]);
}

/** A number below 2^32 in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest >>>= 7) bytes.push(rest & 127 | 128);
  return [...bytes, rest];
}

/** The low 32 bits of a number in signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push(rest & 127 | 128);
  return [...bytes, rest & 127];
}

/** The bits of a float32. */
export function float32(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}
