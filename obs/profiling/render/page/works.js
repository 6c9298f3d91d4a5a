// The table by work: how its time is made up, and a click to see only that one.

import { byId, element, seconds } from "./words.js";
import { data, keepingFocus, per, state } from "./state.js";

let sorted = null; // [column, descending]

const columns = () => [
  { head: "work", text: (row) => row.work, value: (row) => row.work },
  { head: "", bar: true },
  ...data.views.map(({ name }) => ({ head: name + (data.diff ? " s/s" : " s"), view: name, value: (row) => row.seconds[name] || 0 })),
  ...(data.diff ? [{ head: "change s/s", change: true, value: (row) => change(row) }] : []),
  ...(data.works.some((row) => row.calls) ? [{ head: "calls", value: (row) => row.calls || 0, count: true }, { head: "s/call", value: perCall }] : []),
  ...(data.works.some((row) => row.said) ? [{ head: "", text: (row) => row.said || "", value: (row) => row.said || "" }] : []),
];
const sum = (row) => Object.values(row.seconds).reduce((a, b) => a + b, 0);
const perCall = (row) => (row.calls ? sum(row) / row.calls : 0);
const change = (row) => (row.seconds[state.view] || 0) - ((row.before || {})[state.view] || 0);

function number(x) {
  if (!x) return "–";
  const n = Math.abs(x);
  return n >= 999.5 ? Math.round(x).toLocaleString("en") : n >= 0.0995 ? x.toFixed(2) : n >= 0.00995 ? x.toFixed(3) : Number(x.toPrecision(2)).toString();
}

function orderedWorks(all) {
  const column = sorted ? all.find((one) => one.head === sorted[0]) : all.find((one) => (data.diff ? one.change : one.view === state.view));
  const size = (row) => (data.diff && !sorted ? Math.abs(column.value(row)) : column.value(row));
  const way = sorted && !sorted[1] ? -1 : 1;
  const compare = (a, b) => (a < b ? 1 : a > b ? -1 : 0) * way;
  return [...data.works].sort((a, b) => (a.nobody - b.nobody) || compare(size(a), size(b)) || sum(b) - sum(a));
}

// set(changes): changes what is looked at.
export function drawWorks(set) {
  const all = columns();
  const head = element("tr", {}, ...all.map((column) => header(column, set)));
  const longest = Math.max(...data.works.map((row) => Math.max(sum(row), row.before ? Object.values(row.before).reduce((a, b) => a + b, 0) : 0)), 1e-12);
  byId("works").tHead.replaceChildren(head);
  byId("works").tBodies[0].replaceChildren(...orderedWorks(all).map((row) => workRow(row, all, longest, set)));
}

function header(column, set) {
  if (!column.value) return element("th", { class: column.bar ? "bar" : "" });
  const mine = sorted && sorted[0] === column.head;
  const cell = element("th", { class: column.view ? column.view + (column.view === state.view ? " now" : "") : "", "aria-sort": mine ? (sorted[1] ? "descending" : "ascending") : null });
  const sort = () => { sorted = [column.head, mine ? !sorted[1] : column.head !== "work"]; keepingFocus(() => drawWorks(set)); };
  cell.append(element("button", { id: `sort-${column.head}`, onclick: sort }, column.head + (mine ? (sorted[1] ? " ▾" : " ▴") : "")));
  return cell;
}

function workRow(row, all, longest, set) {
  const chosen = state.work !== null && state.work === row.frame;
  const made = element("tr", { id: `work-${row.frame}`, class: row.nobody ? "nobody" : "", tabindex: "0", "aria-selected": String(chosen), title: `${row.work}: ${chosen ? "show all works" : "show only this"}` });
  const choose = () => set({ work: chosen ? null : row.frame });
  made.addEventListener("click", choose);
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); }
    const to = event.key === "ArrowDown" ? made.nextSibling : event.key === "ArrowUp" ? made.previousSibling : null;
    if (to) { event.preventDefault(); to.focus(); }
  });
  made.append(...all.map((column) => (column.bar ? barCell(row, longest) : cell(row, column))));
  return made;
}

function cell(row, column) {
  if (column.text) return element("td", { title: column.text(row) }, column.text(row));
  const value = column.value(row);
  const text = column.count ? Math.round(value).toLocaleString("en") : (column.change && value > 0 ? "+" : "") + number(value);
  const tone = column.change && Math.abs(value) > 1e-9 ? (value > 0 ? "up" : "down") : value ? "" : "zero";
  return element("td", { class: tone }, column.count && !value ? "–" : text);
}

function barCell(row, longest) {
  const bar = element("div");
  for (const { name } of data.views) {
    const part = row.seconds[name] || 0;
    if (!part) continue;
    const piece = element("i", { class: name, title: `${name} ${seconds(part, per)}` });
    piece.style.width = (100 * part) / longest + "%";
    bar.append(piece);
  }
  return element("td", { class: "bar" }, bar);
}
