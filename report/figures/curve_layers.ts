/** Curves with bands and markers. */
import type { Style } from "../palette.ts";
import type { Domain, DrawnCurve, Layers } from "./parts.ts";

/**
 * Curves with their bands and a few markers, staggered so that they do not cover each other.
 *
 * A curve is interrupted where there is no value. Where an interval has no lower end, the band reaches the
 * bottom of the panel.
 *
 * @param range of y that is drawn: what is beyond it is cut off
 */
export function curveLayers(curves: readonly DrawnCurve[], range: Domain): Layers {
  const points = curves.flatMap(({ entry, x, y, low, high }) =>
    x.map((at, i) => {
      const hasBand = y[i] !== null && high[i] !== null;
      return {
        entry,
        x: at,
        y: y[i],
        low: hasBand ? low[i] ?? range[0] : null,
        high: hasBand ? high[i] : null,
      };
    })
  );
  // What lies between two points at the same height is on the line without being named.
  const changing = points.filter((point, i) => {
    const isFlat = (other?: typeof point) =>
      other?.entry === point.entry && other.y === point.y && other.low === point.low &&
      other.high === point.high;
    return !(isFlat(points[i - 1]) && isFlat(points[i + 1]));
  });
  // Far beyond the panel numbers can be too large for whoever draws the file; lines are as steep.
  const reach = 10 * (range[1] - range[0]);
  const near = (field: string) => ({
    calculate: `datum.${field} === null ? null : ` +
      `clamp(datum.${field}, ${range[0] - reach}, ${range[1] + reach})`,
    as: field,
  });
  const marked = curves.flatMap(({ entry, x, y }, place) => {
    const step = Math.max(1, Math.ceil(x.length / 4));
    const first = Math.round(step * (place + 0.5) / curves.length) % step;
    return x.flatMap((at, i) => {
      // A point between gaps has no line.
      const isAlone = (y[i - 1] ?? null) === null && (y[i + 1] ?? null) === null;
      return y[i] !== null && (isAlone || i % step === first) ? [{ entry, x: at, y: y[i] }] : [];
    });
  });
  const x = { field: "x", type: "quantitative" } as const;
  const scale = <Value>(of: (style: Style) => Value) => ({
    field: "entry",
    type: "nominal" as const,
    legend: null,
    scale: {
      domain: curves.map(({ entry }) => entry),
      range: curves.map(({ style }) => of(style)),
    },
  });
  const color = scale(({ light }) => light);
  const layers = [
    {
      data: { values: changing },
      transform: [near("low"), near("high")],
      mark: { type: "area", clip: true, opacity: 0.16, invalid: "break-paths-show-path-domains" },
      encoding: {
        x,
        y: { field: "low", type: "quantitative" },
        y2: { field: "high" },
        color,
      },
    },
    {
      data: { values: changing },
      transform: [near("y")],
      mark: {
        type: "line",
        clip: true,
        strokeWidth: 1.1,
        invalid: "break-paths-show-path-domains",
      },
      encoding: {
        x,
        y: { field: "y", type: "quantitative" },
        color,
        strokeDash: scale(({ dash }) => dash.length === 0 ? [1, 0] : [...dash]),
      },
    },
    {
      data: { values: marked.filter(({ y }) => y! >= range[0] && y! <= range[1]) },
      mark: { type: "point", clip: true, filled: true, size: 10, strokeWidth: 0.8, opacity: 1 },
      encoding: {
        x,
        y: { field: "y", type: "quantitative" },
        stroke: color,
        fill: scale(({ light, filled }) => filled ? light : "white"),
        shape: scale(({ marker }) => marker),
      },
    },
  ];
  return layers.filter(({ data }) => data.values.length > 0) as Layers;
}
