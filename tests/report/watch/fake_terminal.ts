/** A terminal that keeps what is written. */
import type { Terminal } from "../../../report/watch/screen.ts";

/** A terminal with what was written on it. */
export interface FakeTerminal extends Terminal {
  readonly written: string[];
}

/** How the terminal is; what is left out is as with a pipe. */
export function fakeTerminal(options: Partial<Terminal> = {}): FakeTerminal {
  const written: string[] = [];
  return {
    isInteractive: false,
    hasColour: false,
    size: () => ({ columns: 80, rows: 24 }),
    write: (text) => written.push(text),
    ...options,
    written,
  };
}
