/**
 * Gradients of gradients. TensorFlow.js keeps clones of what a gradient will need, and writes a clone
 * of a result onto its gradient tape before the operation that makes the result (tanh, exp, softmax,
 * custom gradients, ...). It reads the tape once, in order, so a second derivative does not see that
 * the clone depends on anything, and silently leaves terms out. Here the tape is kept in order.
 *
 * First derivatives are the same with and without.
 */
import * as tf from "@tensorflow/tfjs-core";

type TapeNode = ReturnType<typeof tf.engine>["state"]["activeTape"][number];

/** A gradient tape on which every operation stands before those that read its results. */
class OrderedTape extends Array<TapeNode> {
  /** Puts an operation before the clones that were made of its results. */
  override push(...nodes: TapeNode[]): number {
    for (const node of nodes) {
      const results = new Set(node.outputs.map(({ id }) => id));
      const first = Math.min(...results);
      let place = this.length;
      // Tensors are numbered as they are made: no reader of the results is older than they are.
      for (let i = this.length - 1; i >= 0 && this[i].outputs[0].id > first; i--) {
        if (Object.values(this[i].inputs).some((input) => results.has(input?.id))) place = i;
      }
      this.splice(place, 0, node);
    }
    return this.length;
  }
}

/** Runs a function whose gradients of gradients are to be right. */
export function withOrderedTape<T>(run: () => T): T {
  const { state } = tf.engine();
  let tape: TapeNode[] | null = state.activeTape;
  const property = { configurable: true, enumerable: true };
  Object.defineProperty(state, "activeTape", {
    ...property,
    get: () => tape,
    set: (fresh: TapeNode[] | null) => {
      tape = fresh && OrderedTape.from(fresh);
    },
  });
  try {
    return run();
  } finally {
    Object.defineProperty(state, "activeTape", { ...property, writable: true, value: tape });
  }
}
