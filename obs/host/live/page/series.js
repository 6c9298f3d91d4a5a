// Courses over time, drawn by uPlot (github.com/leeoniya/uPlot, vendored beside this file).

import { h, morph } from "./dom.js";
import { clock } from "./format.js";
import { colour } from "./theme.js";

/* global uPlot */
const FONT = '11px system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif';

// lines: [{name, colour (of the palette)}]; text(number): as people read it; stacked: each upon the one before it.
export class Series {
  constructor(title, lines, text, { stacked = false, tall = 150 } = {}) {
    Object.assign(this, { title, lines, text, stacked, tall });
    this.told = h("figcaption", {});
    this.canvas = h("div", { class: "canvas", kept: true });
    this.canvas.style.height = tall + "px";
    this.frame = h("figure", { class: "series", kept: true }, this.told, this.canvas);
    this.again = () => { if (this.data) this.make(); };
    addEventListener("recoloured", this.again);
    this.watch = new ResizeObserver(() => this.size());
    this.watch.observe(this.canvas);
  }

  close() {
    removeEventListener("recoloured", this.again);
    this.watch.disconnect();
    this.plot?.destroy();
  }

  // times: Unix seconds; values: a list for each line, null where nothing is known. until: where the axis ends.
  show(times, values, until = times.at(-1)) {
    this.raw = values;
    this.data = [times, ...(this.stacked ? stack(values) : values)];
    this.span = [times[0] ?? 0, until ?? 1];
    if (this.plot) { this.plot.setData(this.data, false); this.plot.setScale("x", { min: this.span[0], max: this.span[1] }); this.plot.setScale("y", this.tallest()); } else this.make();
    this.tell(null);
  }

  tallest() {
    const most = Math.max(0, ...this.data.slice(1).flatMap((line) => line.filter((x) => x !== null)));
    return { min: 0, max: most > 0 ? most * 1.08 : 1 };
  }

  size() { if (this.plot && this.canvas.clientWidth && this.plot.width !== this.canvas.clientWidth) this.plot.setSize({ width: this.canvas.clientWidth, height: this.tall }); }

  make() {
    this.plot?.destroy();
    const dim = colour("dim"), line = colour("line");
    const axis = { stroke: dim, font: FONT, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
    this.plot = new uPlot({
      width: this.canvas.clientWidth || 600, height: this.tall, legend: { show: false }, padding: [6, 4, 0, 0],
      cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
      scales: { x: { time: true, range: () => this.span }, y: { range: (_plot, _low, high) => [0, high > 0 ? high : 1] } },
      axes: [{ ...axis, space: 70, size: 26, values: (_plot, at) => at.map((x) => clock(x).slice(0, 5)) }, { ...axis, space: 34, size: 62, values: (_plot, at) => at.map((x) => this.text(x)) }],
      series: [{}, ...this.lines.map((each) => this.line(each))],
      bands: this.stacked ? this.lines.slice(1).map((_, at) => ({ series: [at + 2, at + 1] })) : [],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx)] },
    }, this.data, this.canvas);
    this.plot.setScale("y", this.tallest());
  }

  line({ name, colour: called }) {
    const stroke = colour(called);
    return { label: name, stroke, width: this.stacked ? 1 : 1.4, fill: this.stacked ? stroke.replace("rgb(", "rgba(").replace(")", ", .62)") : undefined, points: { show: false }, spanGaps: false };
  }

  // What the lines say at a moment, or at the last.
  tell(at) {
    const index = at ?? this.last();
    const when = at === null || at === undefined ? "" : clock(this.data[0][at]);
    morph(this.told, h("b", {}, this.title), ...this.lines.map((line, of) => h("span", { class: "keyed" }, h("i", { style: { background: `var(--${line.colour})` } }), line.name, " ", h("b", {}, this.text(this.raw[of][index] ?? null)))), h("span", { class: "dim when" }, when));
  }

  last() {
    for (let at = this.data[0].length - 1; at >= 0; at--) if (this.raw.some((line) => line[at] !== null && line[at] !== undefined)) return at;
    return 0;
  }
}

// Sums from the first line on; null stays null.
function stack(values) {
  const sums = [];
  return values.map((line) => line.map((x, at) => (x === null || x === undefined ? null : (sums[at] = (sums[at] || 0) + x))));
}
