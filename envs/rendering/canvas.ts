/** A surface on a canvas of a browser, or on anything else with the same methods. */
import type { LineStyle, Point, Style, Surface, TextStyle } from "./surface.ts";

/** The part of `CanvasRenderingContext2D` that is used: this folder knows no browser. */
export interface CanvasContext {
  readonly canvas: { readonly width: number; readonly height: number };
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  fill(): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
}

/**
 * A surface that draws on a canvas.
 *
 * @param context what `canvas.getContext("2d")` gives
 * @param scale pixels of the canvas per unit of the picture
 */
export function canvasSurface(context: CanvasContext, scale: number): Surface {
  const { canvas } = context;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.textBaseline = "middle";

  const path = (points: readonly Point[]) => {
    context.beginPath();
    points.forEach(([x, y], i) => i === 0 ? context.moveTo(x, y) : context.lineTo(x, y));
  };
  const paint = ({ fill, stroke, lineWidth = 2 }: Style) => {
    if (fill !== undefined) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke !== undefined) {
      context.strokeStyle = stroke;
      context.lineWidth = lineWidth;
      context.stroke();
    }
  };

  return {
    width: canvas.width / scale,
    height: canvas.height / scale,
    clear(colour) {
      context.fillStyle = colour;
      context.fillRect(0, 0, canvas.width / scale, canvas.height / scale);
    },
    polygon(points, style) {
      path(points);
      context.closePath();
      paint(style);
    },
    line(points, { stroke, lineWidth }: LineStyle) {
      path(points);
      paint({ stroke, lineWidth });
    },
    circle(x, y, radius, style) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      paint(style);
    },
    text(x, y, text, { fill, size, align = "center", bold = false }: TextStyle) {
      context.font = `${bold ? "bold " : ""}${size}px system-ui, sans-serif`;
      context.textAlign = align;
      context.fillStyle = fill;
      context.fillText(text, x, y);
    },
  };
}
