/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * A chart of lines with their bands. The values under the cursor stand below it in words; the cursor
 * follows the mouse and, when the chart has the focus, the arrow keys.
 */
import uPlot from "uplot";
import type { Style } from "../../palette.ts";
import { grouped, shown } from "../numbers.ts";
import { type ChartRange, wholeRange } from "../chart_range.ts";
import { element, swatch } from "./dom.ts";

/** A line. */
export interface Line {
  /** The row that it is about, or what else tells it from the others. */
  readonly entry: string;
  readonly title: string;
  readonly style: Pick<Style, "light" | "dark" | "dash">;
  readonly x: readonly number[];
  /** Null is a gap. */
  readonly y: readonly (number | null)[];
  /** Ends of the band. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  /** Whether its points are marked. */
  readonly isMarked?: boolean;
  /** Thickness; 1.75 if left out. */
  readonly width?: number;
}

/** What a chart shows. */
export interface ChartOptions {
  readonly title: string;
  /** What is read along the bottom, such as "environment steps". */
  readonly xName: string;
  readonly lines: readonly Line[];
  /** Horizontal lines with names: a threshold, the optimum. */
  readonly marks?: readonly { readonly name: string; readonly value: number }[];
  /** What is shown at first of these values, of lines that start at those. */
  range(values: readonly number[], starts: readonly number[]): ChartRange;
  /** Ends the chart, which would else be kept for as long as the page. */
  readonly signal?: AbortSignal;
}

/** Height of a plot in CSS pixels. */
const height = 250;

/** Asked only in pages: the same script runs in workers, which have no looks. */
const darkScheme = () => matchMedia("(prefers-color-scheme: dark)");

/** A chart in an element of its own. */
export class Chart {
  readonly root: HTMLElement;
  readonly #options: ChartOptions;
  readonly #plotBox: HTMLElement;
  readonly #whole: HTMLButtonElement;
  readonly #at: HTMLElement;
  readonly #readings: readonly { line: Line; item: HTMLElement; value: HTMLElement }[];
  #shown: readonly Line[];
  /** Where all shown lines have points. */
  #x: readonly number[] = [];
  /** Place in `#x` that is read; null for the end of each line. */
  #place: number | null = null;
  /** Whether values far off are shown too. */
  #isWhole = false;
  #plot?: uPlot;

  /** Takes its width from where it is put; draws once it is there. */
  constructor(options: ChartOptions) {
    this.#options = options;
    const { title, lines, signal } = options;
    this.#shown = lines;
    this.#at = element("p", { class: "at" });
    this.#plotBox = element("div", {
      class: "plot",
      tabindex: 0,
      role: "slider",
      "aria-label": `${title}: values along ${options.xName}`,
      onkeydown: (event) => this.#onKey(event as KeyboardEvent),
      onblur: () => this.#read(null),
    });
    this.#plotBox.style.height = `${height}px`;
    this.#whole = element("button", {
      type: "button",
      class: "quiet",
      onclick: () => this.#cutOrNot(),
    });
    this.#readings = lines.map((line) => {
      const value = element("span", { class: "value" });
      const item = element(
        "li",
        {
          class: "reading",
          onmouseenter: () => this.#focus(line),
          onmouseleave: () => this.#focus(null),
        },
        swatch(line.style.dash, line.isMarked ?? false),
        element("span", { class: "name", title: line.title }, line.title),
        value,
      );
      return { line, item, value };
    });
    this.root = element(
      "figure",
      { class: "chart" },
      element("figcaption", {}, title, this.#whole),
      this.#plotBox,
      this.#at,
      element("ul", { class: "readout" }, ...this.#readings.map(({ item }) => item)),
    );
    const sizes = new ResizeObserver(() => this.#fit());
    sizes.observe(this.#plotBox);
    darkScheme().addEventListener("change", () => this.#draw(), { signal });
    signal?.addEventListener("abort", () => {
      sizes.disconnect();
      this.#plot?.destroy();
    });
  }

  /** Shows only these rows' lines. */
  show(entries: ReadonlySet<string>): void {
    this.#shown = this.#options.lines.filter(({ entry }) => entries.has(entry));
    this.root.hidden = this.#shown.length === 0;
    this.#x = [...new Set(this.#shown.flatMap(({ x }) => x))].sort((a, b) => a - b);
    for (const { line, item } of this.#readings) item.hidden = !this.#shown.includes(line);
    this.#draw();
  }

  #fit() {
    const width = this.#plotBox.clientWidth;
    if (width === 0 || width === this.#plot?.width) return;
    if (this.#plot) this.#plot.setSize({ width, height: this.#plot.height });
    else this.#draw();
  }

  #cutOrNot() {
    this.#isWhole = !this.#isWhole;
    this.#draw();
  }

  #draw() {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#read(null);
    for (const { line, item } of this.#readings) {
      item.style.setProperty("--line", colourOf(line));
    }
    const width = this.#plotBox.clientWidth;
    if (width === 0 || this.#shown.length === 0) return;
    const values = this.#shown.flatMap(({ y, low = [], high = [] }) => [...y, ...low, ...high])
      .filter((value) => value !== null);
    const starts = this.#shown.map(({ y }) => y[0]).filter((value) => value !== null);
    const range = this.#options.range(values, starts);
    const whole = wholeRange(values);
    const { low, high } = this.#isWhole ? whole : range;
    this.#whole.hidden = !range.cut;
    this.#whole.textContent = this.#isWhole
      ? "Cut off what is far away"
      : range.low > whole.low
      ? `Cut off below ${shown(range.low)}: show all`
      : `Cut off above ${shown(range.high)}: show all`;
    const limits = uPlot.rangeNum(low, high, 0.05, false);
    this.#plot = new uPlot(
      { ...this.#appearance(limits), width, height },
      this.#data(limits),
      this.#plotBox,
    );
  }

  /** For each line its values, the upper and the lower ends of its band, at all places of x. */
  #data([low, high]: uPlot.Range.MinMax): uPlot.AlignedData {
    // Canvases draw nothing sensible where lines lead very far away.
    const far = 100 * (high! - low!);
    const near = (value: number | null) =>
      value === null ? null : Math.min(Math.max(value, low! - far), high! + far);
    const columns = this.#shown.flatMap(({ x, y, low, high }) => {
      const places = new Map(x.map((value, place) => [value, place]));
      // Undefined where the line has no point: it goes on to the next one.
      const at = (values?: readonly (number | null)[]) =>
        this.#x.map((value) => {
          const place = places.get(value);
          return place === undefined ? undefined : near(values?.[place] ?? null);
        });
      return [at(high), at(low), at(y)];
    });
    return [[...this.#x], ...columns];
  }

  #appearance(limits: uPlot.Range.MinMax): Omit<uPlot.Options, "width" | "height"> {
    const style = getComputedStyle(document.body);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: colour("--dim"),
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      grid: { stroke: colour("--rule"), width: 1 },
      ticks: { stroke: colour("--rule"), width: 1, size: 4 },
    };
    const bandEnd: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
    return {
      scales: { x: { time: false }, y: { range: () => limits } },
      legend: { show: false },
      focus: { alpha: 0.15 },
      cursor: {
        y: false,
        drag: { x: true, y: true, uni: 24 },
        points: {
          // The first two series of each line are the ends of its band.
          show: (plot, series) => {
            const point = document.createElement("div");
            if (series % 3 !== 0) return point;
            point.style.width = point.style.height = "7px";
            point.style.marginLeft = point.style.marginTop = "-3.5px";
            point.style.background = String(plot.series[series].stroke);
            return point;
          },
        },
      },
      axes: [
        {
          ...axis,
          label: this.#options.xName,
          labelSize: 18,
          labelGap: 0,
          size: 30,
          values: (_plot, values) => values.map(compact),
        },
        { ...axis, size: 54, values: (_plot, values) => values.map((value) => shown(value)) },
      ],
      series: [
        {},
        ...this.#shown.flatMap((line) => [
          bandEnd,
          bandEnd,
          {
            stroke: colourOf(line),
            width: line.width ?? 1.75,
            dash: [...line.style.dash],
            points: {
              show: line.isMarked || line.x.length === 1,
              size: 5,
              width: 1.25,
              fill: colour("--background"),
            },
          },
        ]),
      ],
      bands: this.#shown.flatMap((line, i) =>
        line.low === undefined
          ? []
          : [{ series: [3 * i + 1, 3 * i + 2] as [number, number], fill: `${colourOf(line)}20` }]
      ),
      hooks: {
        setCursor: [(plot) => {
          const { left, idx } = plot.cursor;
          this.#read(left === undefined || left < 0 ? null : idx ?? null);
        }],
        draw: [(plot) => this.#drawMarks(plot, colour("--dim"))],
      },
    };
  }

  /** Draws the horizontal lines that lie inside, with their names. */
  #drawMarks(plot: uPlot, colour: string) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const { name, value } of this.#options.marks ?? []) {
      const y = Math.round(plot.valToPos(value, "y", true)) + 0.5;
      if (y < bbox.top - 1 || y > bbox.top + bbox.height + 1) continue;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.textAlign = "right";
      ctx.textBaseline = y - bbox.top < 16 * devicePixelRatio ? "top" : "bottom";
      ctx.fillText(name, bbox.left + bbox.width - 4, y);
    }
    ctx.restore();
  }

  /** Makes one line stand out. */
  #focus(line: Line | null) {
    const place = line === null ? -1 : this.#shown.indexOf(line);
    this.#plot?.setSeries(place < 0 ? null : 3 * place + 3, { focus: true });
  }

  #onKey(event: KeyboardEvent) {
    const last = this.#x.length - 1;
    const now = this.#place ?? last;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: this.#place === null ? last : now - 1,
      ArrowDown: this.#place === null ? last : now - 1,
      ArrowRight: this.#place === null ? 0 : now + 1,
      ArrowUp: this.#place === null ? 0 : now + 1,
      PageDown: now - 10,
      PageUp: now + 10,
      Home: 0,
      End: last,
    };
    if (!(event.key in places) || this.#plot === undefined) return;
    event.preventDefault();
    const place = Math.min(Math.max(places[event.key], 0), last);
    const left = this.#plot.valToPos(this.#x[place], "x");
    this.#plot.setCursor({ left, top: 1 }, false);
    this.#read(place);
  }

  /** Writes what the lines say at a place of x, or at their ends. */
  #read(place: number | null) {
    this.#place = place;
    const { xName } = this.#options;
    const last = this.#x.at(-1) ?? 0;
    const x = place === null ? last : this.#x[place];
    const where = place === null ? "at the end of each line" : `at ${grouped(x)} ${xName}`;
    this.#at.textContent = where;
    const said = [where];
    for (const { line, item, value } of this.#readings) {
      if (item.hidden) continue;
      const { text, band } = readingOf(line, place === null ? Infinity : x);
      value.replaceChildren(text, " ", element("span", { class: "interval" }, band));
      said.push(`${line.title} ${text}`);
    }
    this.#plotBox.setAttribute("aria-valuemin", String(this.#x[0] ?? 0));
    this.#plotBox.setAttribute("aria-valuemax", String(last));
    this.#plotBox.setAttribute("aria-valuenow", String(x));
    this.#plotBox.setAttribute("aria-valuetext", said.join("; "));
  }
}

const colourOf = ({ style }: Line) => darkScheme().matches ? style.dark : style.light;

/** What a line says at its point nearest to x, in words. */
function readingOf({ x, y, low, high }: Line, at: number): { text: string; band: string } {
  const last = x.at(-1)!;
  if (at !== Infinity && at > last) return { text: "ended", band: "" };
  let nearest = x.length - 1;
  for (let place = 0; place < x.length && at !== Infinity; place++) {
    if (Math.abs(x[place] - at) < Math.abs(x[nearest] - at)) nearest = place;
  }
  const ends = [low?.[nearest] ?? null, high?.[nearest] ?? null];
  return {
    text: shown(y[nearest]),
    band: ends.every((end) => end === null) ? "" : `[${shown(ends[0])}, ${shown(ends[1])}]`,
  };
}

/** 250000 as 250k. */
function compact(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  return value >= 1e4
    ? `${Number((value / 1e3).toPrecision(4))}k`
    : String(Number(value.toPrecision(6)));
}
