// Flame graphs on demand: asks the host to record, shows how far it is, and draws what came of it.
// The graph is the profile page's own (obs/profiling/render/page).

import { change } from "./address.js";
import { h, morph } from "./dom.js";
import { Flame } from "./flame/flame.js";
import { seconds as time } from "./flame/words.js";
import { CLOCKS, MEANS } from "./pictures.js";
import { cleaned } from "./profiles.js";

const LENGTHS = [5, 10, 30];
const LOOK = 500; // milliseconds between two questions how far it is
const ENDINGS = ["html", "svg", "speedscope.json", "pb.gz", "collapsed", "txt", "json"];

export class Recording {
  constructor(api) {
    Object.assign(this, { api, work: null, run: null, data: null, error: "", length: 10, flame: null });
    this.state = { view: "cpu", work: null, merged: false, cut: true, inverted: false, query: "" };
    this.tools = h("div", { class: "tools", role: "toolbar", "aria-label": "Flame graph" });
    this.boxes = h("div", { class: "flame", role: "tree", tabindex: "-1", "aria-label": "Call tree: arrows move, Enter zooms, Escape zooms out" });
    this.details = h("div", { class: "told", "aria-live": "polite" });
    this.found = h("output", { class: "dim", kept: true });
    this.note = h("div", { class: "note", role: "status" });
    this.frame = h("section", { class: "recording", "aria-label": "Flame graphs", kept: true }, h("h3", {}, "Flame graphs"), this.tools, this.note, this.boxes, this.details);
  }

  of(work, view) {
    this.stop();
    Object.assign(this, { work, data: null, error: "" });
    this.state.view = CLOCKS.includes(view) ? view : "cpu";
    this.draw();
  }

  close() { this.stop(); this.closed = true; }

  // What this page has started ends with it.
  stop() {
    clearTimeout(this.timer);
    if (this.run && this.run.state === "running") this.api.stopProfile(this.run.id).catch(() => {});
    this.run = null;
  }

  async record() {
    this.stop();
    Object.assign(this, { error: "", data: null });
    this.run = { state: "running", progress: 0, left: this.length };
    this.draw();
    try {
      const begun = await this.api.startProfile({ work: this.work, seconds: this.length });
      if (!this.run || this.closed) return void this.api.stopProfile(begun.id).catch(() => {});
      Object.assign(this.run, begun);
      this.timer = setTimeout(() => this.look(this.run), LOOK);
    } catch (error) { this.fail(error); }
  }

  async look(run) {
    if (run !== this.run || this.closed) return;
    try {
      Object.assign(run, await this.api.profile(run.id));
      if (run !== this.run || this.closed) return;
      if (run.state === "running") this.timer = setTimeout(() => this.look(run), LOOK);
      else if (run.state === "done") this.show(cleaned(run.data));
      else return this.fail({ message: run.error || "It failed.", fix: run.fix });
      this.draw();
    } catch (error) { if (run === this.run) this.fail(error); }
  }

  fail(error) {
    if (!this.data) this.run = null;
    this.error = [error.message, error.fix].filter(Boolean).join(" ");
    this.draw();
  }

  show(data) {
    this.data = data;
    const asked = data.views.find(({ name, total }) => name === this.state.view && total > 0);
    this.state.view = asked ? asked.name : data.views.reduce((a, b) => (b.total > a.total ? b : a)).name;
    this.boxes.className = `flame ${this.state.view}`;
    this.draw();
    if (this.flame) Object.assign(this.flame, { data });
    else this.flame = new Flame(data, this.state, { flame: this.boxes, details: this.details, found: this.found }, () => this.drawTools());
    this.flame.grow();
  }

  set(changes) {
    Object.assign(this.state, changes);
    if ("view" in changes) change({ flame: changes.view });
    this.boxes.className = `flame ${this.state.view}`;
    this.draw();
    if (this.data) this.flame.grow();
  }

  draw() {
    this.boxes.hidden = this.details.hidden = !this.data;
    this.drawTools();
    morph(this.note, ...this.said());
  }

  drawTools() {
    const running = this.run?.state === "running";
    const views = h("span", { key: "views", class: "joined views", role: "group", "aria-label": "Which clock" }, ...CLOCKS.map((name) => {
      const total = this.data?.views.find((view) => view.name === name)?.total;
      return h("button", { key: name, class: name, title: MEANS[name], "aria-pressed": String(this.state.view === name), onclick: () => this.set({ view: name }) }, name, this.data ? h("small", {}, time(total || 0)) : "");
    }));
    const lengths = h("span", { key: "lengths", class: "joined", role: "group", "aria-label": "For how long" }, ...LENGTHS.map((n) => h("button", { key: n, "aria-pressed": String(this.length === n), disabled: running, onclick: () => { this.length = n; this.draw(); } }, `${n} s`)));
    const go = running ? h("button", { key: "stop", onclick: () => { this.stop(); this.draw(); } }, "Stop") : h("button", { key: "go", class: "go", disabled: !this.api.records, title: this.api.records ? "Samples the service's processes (key p)" : "", onclick: () => this.record() }, this.data ? "Record again" : "Record");
    morph(this.tools, views, lengths, go, ...(this.data ? this.looks() : []));
  }

  looks() {
    const toggle = (key, text, title) => h("button", { key, title, "aria-pressed": String(this.state[key]), onclick: () => this.set({ [key]: !this.state[key] }) }, text);
    return [
      h("input", { key: "query", class: "query", type: "search", placeholder: "Search a function or file", "aria-label": "Search a function or file", spellcheck: "false", value: this.state.query, oninput: (event) => { this.state.query = event.target.value.trim().toLowerCase(); this.flame.draw(); } }),
      this.found,
      toggle("cut", "Fold tails", "Of the standard library, gevent and machine code at the ends, show only what was called"),
      toggle("inverted", "Callers", "Upside down: on top what took the time itself, below it who called it"),
      h("button", { key: "out", disabled: !this.flame?.inside, onclick: () => this.out() }, "Zoom out"),
      h("span", { key: "as", class: "as" }, "as ", ...ENDINGS.map((ending) => h("button", { key: ending, onclick: () => this.api.download(this.api.profileUrl(this.run.id, ending)).catch((error) => this.fail(error)) }, ending))),
    ];
  }

  said() {
    if (this.error) return [h("p", { class: "bad" }, this.error)];
    if (this.run?.state === "running") return [h("progress", { value: this.run.progress, max: 1, "aria-label": "How far the recording is" }), h("p", { class: "dim" }, `recording, ${Math.max(0, Math.ceil(this.run.left ?? 0))} s left; it ends if this page is closed`)];
    if (this.data) return this.data.warnings.map((text) => h("p", { class: "notice" }, text));
    return [h("p", { class: "dim" }, this.api.records ? "Nothing is sampled until you ask. cpu and held are taken from outside, delay and wait from inside." : "A saved file can't be recorded from.")];
  }

  out() { if (this.flame?.inside) { this.flame.zoom(this.flame.zoomed.parent); return true; } return false; }

  key(event) {
    if (event.key === "p" && this.api.records && this.run?.state !== "running") this.record();
    else return false;
    return true;
  }

  escape() {
    if (this.data && this.state.query) { this.state.query = ""; this.tools.querySelector(".query").value = ""; this.flame.draw(); return true; }
    return this.out();
  }
}
