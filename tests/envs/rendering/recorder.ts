/** A surface that writes down what is drawn on it. */
import type {
  LineStyle,
  Point,
  Renderer,
  Scene,
  Style,
  Surface,
  TextStyle,
} from "../../../envs/rendering/surface.ts";

/** Something that was drawn. */
export type Shape =
  | { readonly kind: "clear"; readonly colour: string }
  | { readonly kind: "polygon"; readonly points: readonly Point[]; readonly style: Style }
  | { readonly kind: "line"; readonly points: readonly Point[]; readonly style: LineStyle }
  | {
    readonly kind: "circle";
    readonly centre: Point;
    readonly radius: number;
    readonly style: Style;
  }
  | { readonly kind: "text"; readonly at: Point; readonly text: string; readonly style: TextStyle };

/** Draws a scene, and gives back what was drawn. */
export function shapesOf(renderer: Renderer, scene: Scene): Shape[] {
  const shapes: Shape[] = [];
  const surface: Surface = {
    width: renderer.width,
    height: renderer.height,
    clear: (colour) => shapes.push({ kind: "clear", colour }),
    polygon: (points, style) => shapes.push({ kind: "polygon", points: [...points], style }),
    line: (points, style) => shapes.push({ kind: "line", points: [...points], style }),
    circle: (x, y, radius, style) => shapes.push({ kind: "circle", centre: [x, y], radius, style }),
    text: (x, y, text, style) => shapes.push({ kind: "text", at: [x, y], text, style }),
  };
  renderer.draw(surface, scene);
  return shapes;
}

/** The corners of the box around a shape, outlines aside. Letters count 0.62 of their height. */
export function boxOf(shape: Exclude<Shape, { kind: "clear" }>): readonly Point[] {
  switch (shape.kind) {
    case "polygon":
    case "line":
      return shape.points;
    case "circle": {
      const { centre: [x, y], radius } = shape;
      return [[x - radius, y - radius], [x + radius, y + radius]];
    }
    case "text": {
      const { at: [x, y], text, style: { size, align = "center" } } = shape;
      const width = 0.62 * size * text.length;
      const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
      return [[left, y - size / 2], [left + width, y + size / 2]];
    }
  }
}
