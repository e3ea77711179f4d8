/** A line is cut after so many characters: nothing sensible is longer, and joining would take ever longer. */
const longest = 1 << 20;

/** Splits a stream of text into lines. */
export class TextLineStream extends TransformStream<string, string> {
  /** Makes the stream; a last line without a line break counts. */
  constructor() {
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        if (rest.length > longest) {
          lines.push(rest);
          rest = "";
        }
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
