// Slow requests: the ones that were kept, since they were slow or failed, and each over its time.

import { change, link } from "../address.js";
import { h, morph } from "../dom.js";
import { count, duration, moment } from "../format.js";
import { Loader } from "../loader.js";
import { bar, CLOCKS } from "../pictures.js";
import { slowRow } from "../rows.js";
import { frames } from "../stack.js";
import { waterfall } from "../waterfall.js";

const OFTEN = 5;

export class Slow {
  constructor(place, api, redraw) {
    Object.assign(this, { place, api, asked: -Infinity, wanted: null, id: null, opened: "" });
    this.list = new Loader(redraw);
    this.one = new Loader(redraw);
    this.page = h("div", { class: "page beside" });
    place.replaceChildren(this.page);
    this.redraw = redraw;
  }

  close() { this.list.close(); this.one.close(); }

  draw({ now }, params) {
    this.params = params;
    const wanted = `${params.work || ""}\n${params.trace || ""}`;
    if (wanted !== this.wanted || now.at - this.asked >= OFTEN) this.ask(now.at, wanted);
    this.choose(params.id || "");
    morph(this.page, this.listed(params), this.detail());
    this.page.classList.toggle("chosen", Boolean(params.id));
  }

  ask(at, wanted) {
    const fresh = wanted !== this.wanted;
    Object.assign(this, { asked: at, wanted });
    this.list.load(() => this.api.slow({ work: this.params.work, trace: this.params.trace }), { fresh });
  }

  choose(id) {
    if (id === this.id) return;
    Object.assign(this, { id, opened: "" });
    if (id) this.one.load(() => this.api.request(id), { fresh: true });
  }

  listed({ trace = "", work = "", id = "" }) {
    const found = this.list.value?.items || [];
    return h("section", { class: "list", "aria-label": "Kept requests" },
      h("div", { class: "tools", role: "toolbar", "aria-label": "Which requests" },
        h("input", { id: "filter", type: "search", placeholder: "Trace id  ( / )", "aria-label": "Trace id", spellcheck: "false", autocomplete: "off", value: trace, oninput: (event) => change({ trace: event.target.value.trim() }) }),
        work ? h("button", { class: "chip", title: "Show all", onclick: () => change({ work: "" }) }, `${work} ✕`) : "",
        h("span", { class: "dim", role: "status" }, this.list.value ? this.list.value.said || count(found.length) : "")),
      this.list.said() || (found.length ? h("ul", { class: "slowlist" }, ...found.map((each) => this.line(each, id))) : h("p", { class: "empty" }, trace ? "None with this trace id is kept." : "None was kept: no request of the last 15 minutes was slow or failed.")));
  }

  line(each, id) {
    const made = slowRow(each);
    const anchor = made.querySelector("a");
    anchor.setAttribute("href", link("slow", { ...this.params, view: null, id: each.id }));
    if (each.id === id) { made.classList.add("now"); anchor.setAttribute("aria-current", "true"); }
    return made;
  }

  detail() {
    if (!this.id) return h("section", { class: "detail", "aria-label": "One request" }, h("p", { class: "empty" }, "Choose one to see where its time went: j and k, then Enter."));
    const found = this.one.value;
    const back = h("p", { class: "crumb" }, h("a", { href: link("slow", { ...this.params, view: null, id: "" }) }, "← all slow requests"));
    return h("section", { class: "detail", "aria-label": "One request" }, back, ...(found ? this.told(found) : [this.one.said()]));
  }

  told(found) {
    return [
      h("h2", { class: "name", title: found.work }, h("a", { href: link("work", { name: found.work }) }, found.work)),
      h("p", { class: "dim" }, `${moment(found.at)} · `, h("b", { class: found.failed ? "bad" : "" }, `${duration(found.seconds)}${found.status ? `, ${found.status}` : ""}`), found.why ? ` · kept: ${found.why}` : "", found.pid ? ` · pid ${found.pid}` : ""),
      h("p", { class: "dim trace" }, "trace ", h("code", {}, found.trace || "none"), found.sampled === null ? "" : found.sampled ? " sampled: your tracing backend has it" : " not sampled: kept here only"),
      h("div", { class: "made" }, bar(found.clocks), h("p", {}, ...CLOCKS.map((name) => h("span", { class: `part ${name}` }, h("i", {}), name, " ", h("b", {}, duration(found.clocks?.[name])))))),
      found.behind.length ? h("p", {}, "Stood in line behind ", ...found.behind.flatMap((each, at) => [at ? ", " : "", h("a", { href: link("work", { name: each.name }) }, each.name), ` ${duration(each.seconds)}`])) : "",
      waterfall(found, this.opened, (id) => { this.opened = id; this.redraw(); }),
      found.marks.length ? h("section", {}, h("h3", {}, "Meanwhile"), h("ul", { class: "marks" }, ...found.marks.map((mark) => h("li", {}, h("i", { class: `band ${mark.kind}` }), h("span", { class: "n" }, `at ${duration(mark.start)}`), h("b", { class: "n" }, duration(mark.seconds)), h("span", {}, mark.text))))) : "",
      h("section", {}, h("h3", {}, "Stacks seen"), found.stacks.length ? h("div", { class: "stacks" }, ...found.stacks.map((stack) => h("figure", {}, h("figcaption", { class: "dim" }, stack.said), frames(stack)))) : h("p", { class: "dim" }, found.noStacks)),
      ...found.notes.map((text) => h("p", { class: "notice" }, text)),
    ];
  }

  key(event) {
    if (event.key === "/") this.place.querySelector("#filter").focus();
    else if (event.key === "j" || event.key === "k") walk(this.page.querySelectorAll(".slowlist a"), event.key === "j" ? 1 : -1);
    else return false;
    return true;
  }

  escape() {
    if (this.params.id) { location.assign(link("slow", { ...this.params, view: null, id: "" })); return true; }
    if (!(this.params.trace || this.params.work)) return false;
    this.place.querySelector("#filter").value = "";
    change({ trace: "", work: "" });
    return true;
  }
}

export function walk(list, step) {
  const all = [...list];
  all[Math.min(Math.max(all.indexOf(document.activeElement) + step, 0), all.length - 1)]?.focus();
}
