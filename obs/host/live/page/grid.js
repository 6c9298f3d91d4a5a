// A table of any length: only the rows that can be seen are drawn, and the one that has the focus.

import { h, morph } from "./dom.js";

const BEYOND = 10; // rows above and below what can be seen

// columns: [{name, head, title, value(row), cell(row) or text(row), tone(row)}]; those with a value can be sorted by.
// rows: {key, href, ...}. sorted(name): somebody wants another order.
export class Grid {
  constructor(label, sorted) {
    Object.assign(this, { label, sorted, rows: [], columns: [], focused: null, lines: new Map() });
    this.head = h("div", { role: "row", class: "row head" });
    this.body = h("div", { role: "rowgroup", class: "rows" });
    this.frame = h("div", { role: "table", class: "grid", "aria-label": label, kept: true }, h("div", { role: "rowgroup", class: "sticky" }, this.head), this.body);
    this.frame.addEventListener("scroll", () => this.draw(this.lines), { passive: true });
    this.frame.addEventListener("focusin", (event) => { this.focused = event.target.closest(".row")?.key ?? null; });
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.frame);
  }

  close() { this.watch.disconnect(); }

  // order: [a column's name, descending]; foot: rows that are always last.
  show(columns, rows, order, foot = []) {
    const { value } = columns.find((column) => column.name === order[0] && column.value) || columns.find((column) => column.value);
    const way = order[1] ? -1 : 1;
    const compare = (a, b) => (a === b ? 0 : a === null || a === undefined ? 1 : b === null || b === undefined ? -1 : a < b ? -way : way);
    const of = new Map(rows.map((row) => [row, value(row)]));
    this.rows = [...rows].sort((a, b) => compare(of.get(a), of.get(b)) || (a.key < b.key ? -1 : 1)).concat(foot);
    this.columns = columns;
    this.frame.setAttribute("aria-rowcount", this.rows.length + 1);
    morph(this.head, ...columns.map((column) => this.heading(column, order)));
    this.draw();
  }

  heading(column, [name, descending]) {
    const mine = column.name === name;
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, mine ? (descending ? "▾" : "▴") : "");
    const said = column.value ? h("button", { title: column.title ? `${column.title}. Sort by it` : "Sort by it", onclick: () => this.sorted(column.name) }, column.head, arrow) : h("span", { title: column.title }, column.head);
    return h("div", { key: column.name, role: "columnheader", class: `cell ${column.name}`, "aria-sort": mine ? (descending ? "descending" : "ascending") : null }, said);
  }

  // had: lines that may stay as they are, by the rows' keys: in a scroll only what comes into sight is made.
  draw(had = new Map()) {
    const tall = parseFloat(getComputedStyle(this.frame).getPropertyValue("--row")) || 26;
    const first = Math.max(0, Math.floor(this.frame.scrollTop / tall) - BEYOND);
    const last = Math.min(this.rows.length, Math.ceil((this.frame.scrollTop + this.frame.clientHeight) / tall) + BEYOND);
    this.body.style.height = this.rows.length * tall + "px";
    const drawn = [];
    this.rows.forEach((row, at) => { if ((at >= first && at < last) || row.key === this.focused) drawn.push([row, at]); });
    this.seen = drawn.map(([row]) => row);
    this.lines = new Map(drawn.map(([row, at]) => [row.key, had.get(row.key) || this.line(row, at, tall)]));
    morph(this.body, ...this.lines.values());
    this.lines = new Map([...this.body.children].map((line) => [line.key, line]));
  }

  line(row, at, tall) {
    const cells = this.columns.map((column) => h("div", { key: column.name, role: "cell", class: `cell ${column.name} ${column.tone?.(row) || ""}` }, column.cell ? column.cell(row) : column.text(row)));
    const made = h("div", { key: row.key, role: "row", class: `row ${row.class || ""}`, "aria-rowindex": at + 2 }, ...cells);
    made.style.top = at * tall + "px";
    return made;
  }

  // The focus goes to another row: "step" of them on.
  move(step) {
    const at = this.rows.findIndex((row) => row.key === this.focused);
    const to = this.rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), this.rows.length - 1)];
    if (!to) return;
    this.focused = to.key;
    this.reveal(this.rows.indexOf(to));
    this.draw();
    [...this.body.children].find((row) => row.key === to.key)?.querySelector("a, button")?.focus({ preventScroll: true });
  }

  reveal(at) {
    const tall = parseFloat(getComputedStyle(this.frame).getPropertyValue("--row")) || 26;
    const above = at * tall, room = this.frame.clientHeight - this.head.offsetHeight - tall;
    if (above < this.frame.scrollTop) this.frame.scrollTop = above;
    else if (above > this.frame.scrollTop + room) this.frame.scrollTop = above - room;
  }
}
