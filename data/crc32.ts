/** CRC-32 as in PNG and zlib (polynomial 0xEDB88320): tells damaged bytes from whole ones. */

/**
 * Eight tables of 256: in table k the remainder of a byte that k more bytes follow. So eight bytes are
 * taken at a time by lookups that do not wait for each other (Kounavis & Berry 2005, "slicing by 8").
 */
const tables = new Uint32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  tables[byte] = remainder;
}
for (let i = 256; i < tables.length; i++) {
  const before = tables[i - 256];
  tables[i] = tables[before & 255] ^ (before >>> 8);
}

/** The checksum of the bytes, from 0 to 2^32 - 1. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  const whole = bytes.length - bytes.length % 8;
  let i = 0;
  for (; i < whole; i += 8) {
    remainder = tables[1792 | ((remainder ^ bytes[i]) & 255)] ^
      tables[1536 | ((remainder >>> 8 ^ bytes[i + 1]) & 255)] ^
      tables[1280 | ((remainder >>> 16 ^ bytes[i + 2]) & 255)] ^
      tables[1024 | (remainder >>> 24 ^ bytes[i + 3])] ^
      tables[768 | bytes[i + 4]] ^ tables[512 | bytes[i + 5]] ^
      tables[256 | bytes[i + 6]] ^ tables[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) {
    remainder = tables[(remainder ^ bytes[i]) & 255] ^ (remainder >>> 8);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
