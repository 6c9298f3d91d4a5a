// Now: every work, how much of it there is, how long it takes, and what that is made of.

import { change, link } from "../address.js";
import { h, morph } from "../dom.js";
import { blocked, cores, count, duration, failing, queued, rate, share, slow } from "../format.js";
import { Grid } from "../grid.js";
import { bar, CLOCKS, legend, spark } from "../pictures.js";

const UNITS = { each: "of each: what one piece of work took", cores: "each second: of cpu that is cores", share: "of the total's" };
const KINDS = { "": "all", request: "requests", job: "jobs" };
const GROUPS = { work: "works", feature: "features", team: "teams" };
const SPARKS = 10; // seconds after which the courses of what can be seen are asked for anew

export class Now {
  constructor(place, api) {
    Object.assign(this, { place, ask: api.courses, courses: new Map(), asked: 0 });
    this.tools = h("div", { class: "tools", role: "toolbar", "aria-label": "Which works" });
    this.grid = new Grid("Works", (name) => this.sort(name));
    this.grid.frame.classList.add("works");
    place.replaceChildren(this.tools, this.grid.frame);
  }

  close() { this.grid.close(); }

  sort(name) {
    const { sort = "", up = "" } = this.params;
    const mine = (sort || "spent") === name;
    change({ sort: name, up: mine ? (up ? "" : "1") : name === "name" ? "1" : "" });
  }

  draw({ now }, params) {
    this.params = params;
    const { by = "work", unit = "each", sort = "spent", up = "", kind = "", q = "" } = params;
    const rows = now.groups[by] || now.groups.work;
    const wanted = rows.filter((row) => fits(row, q.toLowerCase(), kind, params));
    morph(this.tools, ...this.toolbar(params, rows.length, wanted.length));
    const foot = q || kind || params.feature || params.team || by !== "work" ? [] : now.foot;
    this.grid.show(columns(unit, now, wanted, by, this.courses), wanted, [sort, !up], foot);
    this.nothing(wanted.length + foot.length ? "" : rows.length ? `No ${by} here has what is looked for.` : "No work yet: neither a request nor a job has ended.");
    this.refresh(now.at);
  }

  nothing(text) {
    const empty = this.place.querySelector(".empty");
    if (text && !empty) this.place.append(h("p", { class: "empty" }, text));
    else if (text) empty.textContent = text;
    else empty?.remove();
  }

  toolbar(params, all, found) {
    const { by = "work", unit = "each", kind = "", q = "" } = params;
    const choice = (name, chosen, options, said) => h("span", { key: name, class: "joined", role: "group", "aria-label": said }, ...Object.entries(options).map(([value, text]) =>
      h("button", { key: value, "aria-pressed": String(value === chosen), onclick: () => change({ [name]: value }) }, text)));
    const scope = ["feature", "team"].filter((name) => params[name]).map((name) => h("button", { key: name, class: "chip", title: "Show all", onclick: () => change({ [name]: "" }) }, `${name}: ${params[name]} ✕`));
    return [
      h("input", { key: "q", id: "filter", type: "search", placeholder: "Filter: a route, job, feature or team  ( / )", "aria-label": "Filter: a route, job, feature or team", spellcheck: "false", autocomplete: "off", value: q, oninput: (event) => change({ q: event.target.value }) }),
      ...scope,
      choice("kind", kind, KINDS, "Kind"),
      choice("by", by, GROUPS, "A row is"),
      choice("unit", unit, { each: "each", cores: "per second", share: "share" }, "The clocks are"),
      h("span", { key: "found", class: "dim found", role: "status" }, found === all ? count(all) : `${count(found)} of ${count(all)}`),
      h("span", { key: "grow", class: "grow" }),
      h("div", { key: "legend", class: "key" }, legend()),
    ];
  }

  // The courses of what can be seen; asked for seldom, and only for those.
  async refresh(at) {
    const missing = this.grid.seen.some((row) => row.index !== undefined && !this.courses.has(row.index));
    if (!this.ask || this.asking || (at - this.asked < SPARKS && !missing)) return;
    this.asking = true;
    try {
      const seen = this.grid.seen.filter((row) => row.index !== undefined);
      if (seen.length) this.courses = new Map([...this.courses, ...(await this.ask(seen))]);
      this.asked = at;
      this.grid.draw();
    } catch { this.asked = at; } finally { this.asking = false; }
  }

  key(event) {
    const { by = "work", unit = "each" } = this.params;
    const steps = { j: 1, k: -1, PageDown: 20, PageUp: -20 };
    if (event.key in steps) this.grid.move(steps[event.key]);
    else if (event.key === "/") this.place.querySelector("#filter").focus();
    else if (event.key === "u") change({ unit: after(Object.keys(UNITS), unit) });
    else if (event.key === "g") change({ by: after(Object.keys(GROUPS), by) });
    else return false;
    return true;
  }

  escape() {
    const { q, kind, feature, team } = this.params;
    if (!(q || kind || feature || team)) return false;
    this.place.querySelector("#filter").value = "";
    change({ q: "", kind: "", feature: "", team: "" });
    return true;
  }
}

const after = (all, one) => all[(all.indexOf(one) + 1) % all.length];

function fits(row, text, kind, { feature, team }) {
  if (kind && row.kind !== kind) return false;
  if ((feature && row.feature !== feature) || (team && row.team !== team)) return false;
  return !text || `${row.name}\n${row.feature || ""}\n${row.team || ""}`.toLowerCase().includes(text);
}

function columns(unit, now, rows, by, courses) {
  const most = Math.max(...rows.map((row) => sum(row.spent)), 1e-9);
  const jobs = rows.some((row) => row.queued !== null && row.queued !== undefined);
  return [
    { name: "name", head: by, value: (row) => row.name, cell: (row) => named(row, by) },
    { name: "owner", head: by === "work" ? "feature · team" : "", value: by === "work" ? (row) => row.feature || "~" : null, cell: (row) => (by === "work" ? owner(row) : "") },
    { name: "rate", head: "rate", title: "Ended each second", value: (row) => row.rate, text: (row) => rate(row.rate) },
    { name: "course", head: "15 min", title: "Rate over the last 15 minutes", cell: (row) => spark(courses.get(row.index)) },
    { name: "errors", head: "errors", title: "Part that failed", value: (row) => row.errors, text: (row) => share(row.errors), tone: (row) => failing(row.errors) || "dim" },
    { name: "p50", head: "p50", value: (row) => row.p50, text: (row) => duration(row.p50) },
    { name: "p99", head: "p99", value: (row) => row.p99, text: (row) => duration(row.p99), tone: (row) => slow(row.p99) },
    ...(jobs ? [{ name: "queue", head: "in queue", title: "Time in the queue before it began, p99", value: (row) => row.queued, text: (row) => duration(row.queued), tone: (row) => queued(row.queued) }] : []),
    { name: "inflight", head: "in flight", title: "Handled at once, on average", value: (row) => row.inFlight, text: (row) => (row.inFlight === null ? "–" : row.inFlight.toFixed(1)) },
    { name: "spent", head: unit === "each" ? "made of" : "seconds each second", title: "Where its time goes: cpu, held, delay, wait", value: (row) => sum(row.spent), cell: (row) => (row.spent ? bar(unit === "each" ? row.each : row.spent, unit === "each" ? 0 : most) : "") },
    ...CLOCKS.map((name) => ({ name, head: name, title: `${name}, ${UNITS[unit]}`, value: (row) => clockOf(row, name, unit), text: (row) => clockText(row, name, unit, now), tone: (row) => (clockOf(row, name, unit) ? (unit === "each" && name !== "wait" ? slow(row.each?.[name]) : "") : "dim") })),
    { name: "blocked", head: "blocked", title: "Part of the time in which it alone held a loop for over 20 ms", value: (row) => row.blocked, text: (row) => (row.spent ? share(row.blocked) : "–"), tone: (row) => blocked(row.blocked) || (row.blocked ? "" : "dim") },
  ];
}

const sum = (clocks) => (clocks ? CLOCKS.reduce((all, name) => all + (clocks[name] || 0), 0) : 0);
const clockOf = (row, name, unit) => (unit === "each" ? row.each?.[name] : row.spent?.[name]) ?? null;

function clockText(row, name, unit, now) {
  const value = clockOf(row, name, unit);
  if (unit === "share" && value !== null) return share(now.total.spent?.[name] ? value / now.total.spent[name] : null);
  return unit === "cores" ? cores(value) : duration(value);
}

function named(row, by) {
  if (row.foot) return h("span", { class: "name", title: row.means }, row.name);
  if (by !== "work") return h("a", { href: link("now", { [by]: row.name }), class: "name" }, row.name);
  return h("a", { href: link("work", { name: row.name }), class: "name", title: row.name }, row.name);
}

const owner = (row) => (row.feature ? h("span", { class: "dim", title: `${row.feature}, team ${row.team || "unknown"}` }, `${row.feature} · ${row.team || "–"}`) : h("span", { class: "dim" }, row.foot ? "" : "no owner"));
