// The page: its state is in the address after #, so that a link leads to what somebody sees.

import { byId, element, seconds } from "./words.js";
import { FUNCTION } from "./trees.js";
import { Flame } from "./flame.js";
import { data, keepingFocus, per, state } from "./state.js";
import { drawWorks } from "./works.js";

const TOGGLES = [
  ["merged", "All works as one", "The same code is one box, whichever work calls it"],
  ["cut", "Fold tails", "Of the standard library, gevent and machine code at the ends, show only what was called"],
  ["inverted", "Callers", "Upside down: on top what took the time itself, below it who called it"],
];

function set(changes) {
  Object.assign(state, changes);
  remember();
  keepingFocus(() => {
    drawViews();
    drawWorks(set);
    drawTools();
    flame.grow();
  });
}

function drawViews() {
  byId("views").replaceChildren(...data.views.map(({ name, total, means }, at) => {
    const chosen = name === state.view;
    const tab = element("button", { id: `view-${name}`, class: name, role: "tab", "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1", title: `${means} (key ${at + 1})`, onclick: () => set({ view: name }) });
    tab.append(element("b", {}, name), seconds(total, per), element("small", {}, means));
    return tab;
  }));
  document.body.className = state.view;
}

function drawTools() {
  byId("toggles").replaceChildren(...TOGGLES.map(([key, text, title]) =>
    element("button", { id: `toggle-${key}`, "aria-pressed": String(state[key]), title, onclick: () => set({ [key]: !state[key] }) }, text)));
  const chosen = state.work === null ? [] : [element("button", { title: "Show all works", onclick: () => set({ work: null }) }, `${data.frames[state.work][FUNCTION]}  ✕`)];
  byId("only").replaceChildren(...chosen);
}

function drawLegend() {
  const shown = data.diff ? [["more", "more than before"], ["less", "less"], ["native", "the same"]]
    : [["own", "your code"], ["library", "packages"], ["gevent", "gevent"], ["python", "Python"], ["on", "waits for"]];
  byId("legend").replaceChildren(...shown.map(([colour, text]) => {
    const key = element("i");
    key.style.background = `var(--${colour})`;
    return element("span", {}, key, text);
  }));
}

function drawTold() {
  byId("title").textContent = data.title;
  byId("facts").textContent = data.facts.join(" · ");
  byId("headline").replaceChildren(...data.headline.map((text, at) => (at % 2 ? element("b", {}, text) : text)));
  const notes = byId("notes"), button = byId("notes-button");
  notes.replaceChildren(...data.warnings.map((text) => element("li", {}, text)));
  button.hidden = !data.warnings.length;
  button.textContent = `${data.warnings.length} ${data.warnings.length === 1 ? "note" : "notes"}`;
  button.addEventListener("click", () => {
    notes.hidden = !notes.hidden;
    button.setAttribute("aria-expanded", String(!notes.hidden));
    flame.draw();
  });
}

function remember() {
  const kept = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) if (value && key !== "work") kept.set(key, value === true ? "1" : value);
  if (state.work !== null) kept.set("work", data.frames[state.work][FUNCTION]);
  try { history.replaceState(null, "", "#" + kept); } catch { /* a page in a frame may not */ }
}

function recall() {
  const kept = new URLSearchParams(location.hash.slice(1));
  const work = data.works.find((row) => row.work === kept.get("work"));
  state.view = Object.hasOwn(data.trees, kept.get("view")) ? kept.get("view") : data.start;
  state.work = work ? work.frame : null;
  for (const [key] of TOGGLES) state[key] = kept.get(key) === "1";
  state.query = byId("search").value = kept.get("query") || "";
}

function out() {
  if (state.query) { byId("search").value = ""; state.query = ""; remember(); flame.draw(); }
  else if (flame.inside) flame.zoom(flame.zoomed.parent);
  else if (state.work !== null) set({ work: null });
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.id === "search";
  if (event.key === "Escape") out();
  else if (typing && event.key === "Enter") { const at = flame.widestHit(); if (at) flame.focus(at); }
  else if (typing) return;
  else if (event.key === "/") { event.preventDefault(); byId("search").focus(); }
  else if (data.views[Number(event.key) - 1]) set({ view: data.views[Number(event.key) - 1].name });
}

function listen() {
  byId("views").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = data.views.findIndex(({ name }) => name === state.view) + (step || 0);
    if (step && data.views[at]) { set({ view: data.views[at].name }); byId("views").children[at].focus(); }
  });
  byId("search").addEventListener("input", (event) => { state.query = event.target.value.trim().toLowerCase(); remember(); flame.draw(); });
  byId("out").addEventListener("click", out);
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", () => { recall(); set({}); });
}

recall();
const flame = new Flame(data, state, { flame: byId("flame"), details: byId("details"), found: byId("found") }, ({ inside }) => {
  byId("out").disabled = !inside && !state.query && state.work === null;
});
drawTold();
drawLegend();
listen();
set({});
document.documentElement.dataset.ready = "yes";
