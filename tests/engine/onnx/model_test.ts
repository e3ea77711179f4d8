import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ModelProtoSchema } from "onnx-buf";
import type { OnnxGraph } from "../../../engine/onnx/graph.ts";
import { decodeModel, encodeModel } from "../../../engine/onnx/model.ts";
import { linearGraph, lookupGraph, uniformGraph } from "./graphs.ts";

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

const everyAttribute: OnnxGraph = {
  name: "attributes",
  inputs: [{ name: "flag", type: "bool", shape: ["N", 2, 0] }],
  outputs: [{ name: "result", type: "bool", shape: [] }],
  constants: [],
  nodes: [{
    op: "Invented",
    inputs: ["flag", ""],
    outputs: ["result"],
    attributes: {
      float: -0.5,
      floats: [1.5, 0, -0.25],
      integer: -(2n ** 63n),
      integers: [0n, -1n, 2n ** 63n - 1n],
      text: "Größe",
    },
  }],
};

Deno.test("a model's bytes are the same on every machine", async () => {
  const bytes = encodeModel(lookupGraph([2, 3], [5, 4, 3, 2, 1, 0]), {
    seed: "0",
    environment: "Corridor",
  });
  assertEquals(
    await sha256(bytes),
    "fd065fbd7f1ded892ff654711f12a4a5caeaa7bce33c948d3237780dd818b6cc",
  );
});

Deno.test("the order of metadata and attributes does not change the bytes", () => {
  const graph = everyAttribute;
  const attributes = Object.fromEntries(
    Object.entries(graph.nodes[0].attributes!).reverse(),
  );
  const reversed = { ...graph, nodes: [{ ...graph.nodes[0], attributes }] };
  assertEquals(
    encodeModel(graph, { a: "1", B: "2", "é": "3", "10": "4", "9": "5" }),
    encodeModel(reversed, { "9": "5", "é": "3", B: "2", "10": "4", a: "1" }),
  );
});

Deno.test("a computed NaN is written with the same bits whatever the CPU made of it", () => {
  const encode = (bits: number) =>
    encodeModel(
      linearGraph(
        Float32Array.of(1),
        new Float32Array(Uint32Array.of(bits).buffer),
      ),
    );
  assertEquals(encode(0xffc00000), encode(0x7fc00000));
  assertEquals(encode(0x7f800001), encode(0x7fc00000));
});

Deno.test("encoding leaves the graph's own arrays alone", () => {
  const weights = new Float32Array(Uint32Array.of(0xffc00000).buffer);
  encodeModel(linearGraph(weights, Float32Array.of(0)));
  assertEquals(new Uint32Array(weights.buffer)[0], 0xffc00000);
});

Deno.test("a model that is read back is the model that was written", () => {
  const table = Array.from({ length: 24 }, (_, i) => i % 5);
  const wide = Float32Array.of(
    1,
    -0,
    Infinity,
    -Infinity,
    1e-45,
    3.4028234663852886e38,
  );
  for (
    const graph of [
      lookupGraph([4, 3, 2], table),
      uniformGraph(6),
      linearGraph(wide, Float32Array.of(NaN, 2)),
      everyAttribute,
    ]
  ) {
    const metadata = {
      algorithm: "q_learning",
      "": "",
      "with = signs": "line\nbreak, ü, 𝔘",
    };
    assertEquals(decodeModel(encodeModel(graph, metadata)), {
      graph,
      metadata,
    });
  }
});

Deno.test("a model can be read from the middle of a larger buffer", () => {
  const graph = lookupGraph([3], [2, 0, 1]);
  const bytes = encodeModel(graph);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assertEquals(decodeModel(shifted.subarray(3)).graph, graph);
});

Deno.test("metadata of any text comes back", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
      ),
      (metadata) => {
        const read = decodeModel(encodeModel(uniformGraph(2), metadata)).metadata;
        assertEquals(
          Object.entries(read).sort(),
          Object.entries(metadata).sort(),
        );
      },
    ),
  );
});

Deno.test("the file states opset 17, format 8 and its maker", () => {
  const model = fromBinary(ModelProtoSchema, encodeModel(uniformGraph(2)));
  assertEquals(model.irVersion, 8n);
  assertEquals(
    model.opsetImport.map(({ domain, version }) => ({ domain, version })),
    [
      { domain: "", version: 17n },
    ],
  );
  assertEquals(model.producerName, "seedbed");
  assertEquals(model.producerVersion, "");
});

Deno.test("bytes that are no model are refused with the reason", () => {
  const bytes = encodeModel(lookupGraph([2, 3], [5, 4, 3, 2, 1, 0]), {
    seed: "0",
  });
  const refused = (damaged: Uint8Array, reason: string) =>
    assertThrows(
      () => decodeModel(damaged),
      SyntaxError,
      `not an ONNX model that Seedbed can read: ${reason}`,
    );
  refused(new Uint8Array(0), "it has no graph");
  refused(bytes.subarray(0, bytes.length - 1), "");
  refused(new TextEncoder().encode("<html>not found</html>"), "");
});

Deno.test("a damaged model is read or refused, never anything else", () => {
  const bytes = encodeModel(everyAttribute, { seed: "0" });
  let refusals = 0;
  for (let i = 0; i < bytes.length; i++) {
    for (const flip of [1, 0x80, 0xff]) {
      const damaged = bytes.slice();
      damaged[i] ^= flip;
      try {
        decodeModel(damaged);
      } catch (error) {
        assert(error instanceof SyntaxError, `byte ${i}: ${error}`);
        refusals++;
      }
    }
  }
  assert(refusals > 0);
});
