import { assertEquals } from "@std/assert";
import { type CanvasContext, canvasSurface } from "../../../envs/rendering/mod.ts";

/** A canvas that writes down what is called, with the styles that matter to it. */
function fakeContext(width: number, height: number): { context: CanvasContext; calls: string[] } {
  const calls: string[] = [];
  const log = (name: string) => (...values: unknown[]) => {
    calls.push(`${name} ${values.join(" ")}`.trim());
  };
  const context: CanvasContext = {
    canvas: { width, height },
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 0,
    lineCap: "",
    lineJoin: "",
    font: "",
    textAlign: "",
    textBaseline: "",
    setTransform: log("setTransform"),
    beginPath: log("beginPath"),
    closePath: log("closePath"),
    moveTo: log("moveTo"),
    lineTo: log("lineTo"),
    arc: log("arc"),
    fill: () => calls.push(`fill ${context.fillStyle}`),
    stroke: () => calls.push(`stroke ${context.strokeStyle} ${context.lineWidth}`),
    fillRect: log("fillRect"),
    fillText: (...values) =>
      calls.push(`fillText ${values.join(" ")} ${context.font} ${context.textAlign}`),
  };
  return { context, calls };
}

Deno.test("a canvas is drawn on in units, whatever its size in pixels", () => {
  const { context, calls } = fakeContext(800, 400);
  const surface = canvasSurface(context, 2);
  assertEquals([surface.width, surface.height], [400, 200]);
  surface.clear("#ffffff");
  assertEquals(calls, ["setTransform 2 0 0 2 0 0", "fillRect 0 0 400 200"]);
});

Deno.test("shapes become the paths of a canvas", () => {
  const { context, calls } = fakeContext(100, 100);
  const surface = canvasSurface(context, 1);
  const said = (draw: () => void) => {
    calls.length = 0;
    draw();
    return calls.join(", ");
  };
  assertEquals(
    said(() => surface.polygon([[1, 2], [3, 4], [5, 6]], { fill: "#000000", stroke: "#ff0000" })),
    "beginPath, moveTo 1 2, lineTo 3 4, lineTo 5 6, closePath, fill #000000, stroke #ff0000 2",
  );
  assertEquals(
    said(() => surface.line([[1, 2], [3, 4]], { stroke: "#00ff00", lineWidth: 5 })),
    "beginPath, moveTo 1 2, lineTo 3 4, stroke #00ff00 5",
  );
  assertEquals(
    said(() => surface.circle(7, 8, 9, { fill: "#0000ff" })),
    `beginPath, arc 7 8 9 0 ${2 * Math.PI}, fill #0000ff`,
  );
  assertEquals(
    said(() => surface.text(1, 2, "goal", { fill: "#000000", size: 12, bold: true })),
    "fillText goal 1 2 bold 12px system-ui, sans-serif center",
  );
  assertEquals(
    said(() => surface.text(1, 2, "goal", { fill: "#000000", size: 8, align: "right" })),
    "fillText goal 1 2 8px system-ui, sans-serif right",
  );
});
