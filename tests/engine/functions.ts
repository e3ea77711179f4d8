/** Functions to record in tests, random values for them, and what eager TensorFlow.js makes of them. */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorSpec } from "../../engine/program/tensor_spec.ts";
import { sizeOf } from "../../engine/program/tensor_spec.ts";
import { withOrderedTape } from "../../engine/record/ordered_tape.ts";
import type { Recordable } from "../../engine/record/record.ts";
import { Generator } from "../../random/generator.ts";
import { PCG64 } from "../../random/pcg64.ts";
import { type Elements, emptyElements, type Results } from "./reference_interpreter.ts";

/** A specification with the largest int32 value plus one that makes sense (2 if left out). */
export type Spec = TensorSpec & { readonly below?: number };

/** Values by name. */
export type Values = Readonly<Record<string, Elements>>;

/** Random values: normal floats, integers from 0 to `below` - 1, and coins. */
export function randomValues(specs: Readonly<Record<string, Spec>>, seed: number): Values {
  const random = new Generator(new PCG64(seed));
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype = "float32", below = 2 }]) => {
      const draw = dtype === "float32"
        ? () => random.standardNormal()
        : () => random.integers(0, below);
      return [name, emptyElements(dtype, sizeOf(shape)).map(draw)];
    }),
  );
}

/** Runs a function eagerly on the CPU backend. */
export function runEagerly(recordable: Recordable, inputs: Values, state: Values): Results {
  const before = tf.getBackend();
  void tf.setBackend("cpu");
  const tensor = ({ shape, dtype = "float32" }: TensorSpec, values: Elements) =>
    tf.tensor(values, [...shape], dtype);
  const variables: Record<string, tf.Variable> = {};
  try {
    return tf.tidy(() => {
      for (const [name, spec] of Object.entries(recordable.state)) {
        variables[name] = tf.variable(tensor(spec, state[name]), spec.dtype === undefined, name);
      }
      const ids = new Map(Object.values(variables).map((it) => [it, it.dataId]));
      const given = Object.entries(recordable.inputs).map(([name, spec]) =>
        [name, tensor(spec, inputs[name])] as const
      );
      const outputs = withOrderedTape(() => recordable.run(Object.fromEntries(given), variables)) ??
        {};
      const read = (tensor: tf.Tensor) => tensor.dataSync() as Elements;
      const changed = Object.entries(variables).filter(([, it]) => it.dataId !== ids.get(it));
      return {
        outputs: new Map(Object.entries(outputs).map(([name, it]) => [name, read(it)])),
        updates: new Map(changed.map(([name, it]) => [name, read(it)])),
      } as unknown as tf.TensorContainer;
    }) as unknown as Results;
  } finally {
    for (const variable of Object.values(variables)) variable.dispose();
    if (before) void tf.setBackend(before);
  }
}

/** Fails unless both results have the same names, and numbers that differ by rounding. */
export function assertClose(actual: Results, expected: Results, tolerance = 1e-4): void {
  for (const part of ["outputs", "updates"] as const) {
    assertEquals([...actual[part].keys()].sort(), [...expected[part].keys()].sort(), part);
    for (const [name, values] of expected[part]) {
      const own = actual[part].get(name)!;
      assertEquals(own.length, values.length, `size of ${name}`);
      const scale = Math.max(1, ...[...values].filter(Number.isFinite).map(Math.abs));
      values.forEach((value, i) => {
        const close = Object.is(own[i], value) || Math.abs(own[i] - value) <= tolerance * scale;
        assert(close, `${name}[${i}]: ${own[i]}, eagerly ${value}`);
      });
    }
  }
}

/** Fails unless both results have the same names and bits (any NaN equals any other). */
export function assertSameBits(actual: Results, expected: Results, what: string): void {
  for (const part of ["outputs", "updates"] as const) {
    assertEquals([...actual[part].keys()].sort(), [...expected[part].keys()].sort(), part);
    for (const [name, values] of expected[part]) {
      const own = actual[part].get(name)!;
      const at = values.findIndex((value, i) => !Object.is(own[i], value));
      assert(
        at < 0 && own.length === values.length,
        `${what}: ${name}[${at}]: ${own[at]}, not ${values[at]}`,
      );
    }
  }
}
