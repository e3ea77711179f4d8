/** The terminal: what is asked of it, and its second screen, which is left again whatever happens. */

/** Where the pictures go. */
export interface Terminal {
  /** Whether somebody watches: otherwise the output is piped, and there is neither size nor cursor. */
  readonly isInteractive: boolean;
  /** Whether colours are wanted. */
  readonly hasColour: boolean;
  /** Its size now: it may change at any time. */
  size(): { readonly columns: number; readonly rows: number };
  /** Writes as it is. */
  write(text: string): void;
}

/** The terminal that this process writes to. */
export const standardOutput: Terminal = {
  isInteractive: Deno.stdout.isTerminal(),
  hasColour: !Deno.noColor,
  size() {
    const { columns, rows } = Deno.consoleSize();
    // Some that do not know their size say 0.
    return { columns: columns || 80, rows: rows || 24 };
  },
  write(text) {
    let rest = new TextEncoder().encode(text);
    try {
      while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
    } catch (error) {
      // Whoever was reading has seen enough: `head`, or a pager that was left.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  },
};

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
/** Shows what is between the two at once; terminals that do not know them ignore them. */
const BEGIN_UPDATE = "\x1b[?2026h";
const END_UPDATE = "\x1b[?2026l";

/**
 * Gives the second screen to `play`, without cursor; afterwards, or after an error, the first one is
 * back as it was.
 *
 * @param play gets a function that shows lines in place of those before
 */
export async function onSecondScreen<T>(
  terminal: Terminal,
  play: (show: (lines: readonly string[]) => void) => Promise<T>,
): Promise<T> {
  terminal.write(ENTER);
  try {
    return await play((lines) => {
      const text = lines.map((line) => `${line}${CLEAR_LINE}`).join("\r\n");
      terminal.write(`${BEGIN_UPDATE}${HOME}${text}${CLEAR_BELOW}${END_UPDATE}`);
    });
  } finally {
    terminal.write(LEAVE);
  }
}
