// The loops: how busy and how late each process is, what blocked it, and which greenlets there are.

import { change, link } from "../address.js";
import { h, morph } from "../dom.js";
import { age, bytes, cores, count, duration, moment, share } from "../format.js";
import { histogram } from "../histogram.js";
import { Loader } from "../loader.js";
import { meter, spark } from "../pictures.js";
import { blockRow } from "../rows.js";
import { frames } from "../stack.js";
import { windows } from "../windows.js";
import { walk } from "./slow.js";

const OFTEN = 4;
const MOST = 100;

export class Loop {
  constructor(place, api, redraw) {
    Object.assign(this, { place, api, asked: -Infinity, wanted: null, all: false });
    this.loader = new Loader(redraw);
    this.dump = new Loader(redraw);
    this.page = h("div", { class: "page loop" });
    this.redraw = redraw;
    place.replaceChildren(this.page);
  }

  close() { this.loader.close(); this.dump.close(); }

  draw({ now }, params) {
    this.params = params;
    const { of = "", work = "" } = params;
    if (now.at - this.asked >= OFTEN || of !== this.of || work !== this.work) {
      Object.assign(this, { asked: now.at, of, work });
      this.loader.load(() => this.api.loop(of, work));
    }
    const found = this.loader.value;
    morph(this.page, ...(found ? [this.processes(found), ...this.lateness(found), this.blocks(found), this.greenlets(now)] : [this.loader.said()]));
  }

  processes({ processes }) {
    return h("section", { "aria-label": "Processes" }, h("h3", {}, "Processes"),
      h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Processes; scrolls" }, h("table", {}, h("thead", {}, h("tr", {}, ...["process", "busy", "", "15 min", "late p50", "late p99", "cores", "memory", "greenlets", "up"].map((head) => h("th", { scope: head ? "col" : null }, head)))),
        h("tbody", {}, ...processes.map(process)))),
      processes.length ? "" : h("p", { class: "dim" }, "No process of this run is alive."));
  }

  lateness({ late, lateOf }) {
    return [h("section", { class: "half", "aria-label": "How late the loops are" }, h("h3", {}, "How late the loops are", h("span", { class: "dim" }, lateOf), windows(this.of, this.api.records)), late.length ? histogram(late, "Delay histogram") : h("p", { class: "dim" }, "No event loop is watched here."))];
  }

  blocks({ blocks, blocksOf }) {
    const { work = "", block = "" } = this.params;
    const shown = blocks.filter((each) => !work || each.work === work);
    return h("section", { class: "blocks", "aria-label": "Blocks" }, h("h3", {}, "What held a loop", h("span", { class: "dim" }, blocksOf), work ? h("button", { class: "chip", title: "Show all", onclick: () => change({ work: "" }) }, `${work} ✕`) : ""),
      shown.length ? h("ul", { class: "blocklist" }, ...shown.slice(0, this.all ? MOST : 12).map((each) => this.block(each, block))) : h("p", { class: "dim" }, "Nothing has held a loop for over 20 ms."),
      shown.length > 12 && !this.all ? h("button", { onclick: () => { this.all = true; this.redraw(); } }, `all ${count(shown.length)}`) : "");
  }

  block(each, opened) {
    const made = blockRow(each);
    const anchor = made.querySelector("a");
    const mine = each.id === opened;
    anchor.setAttribute("href", link("loop", { ...this.params, view: null, block: mine ? "" : each.id }));
    anchor.setAttribute("aria-expanded", String(mine));
    if (mine) made.append(blockDetail(each));
    return made;
  }

  greenlets(now) {
    const { pid = "" } = this.params;
    const found = this.dump.value;
    return h("section", { class: "greenlets", "aria-label": "Greenlets" },
      h("h3", {}, "Greenlets", h("span", { class: "dim" }, now.greenlets.map(([state, n]) => `${count(n)} ${state}`).join(", ") || "none known"),
        h("button", { disabled: !this.api.records || this.dump.loading, onclick: () => this.dump.load(() => this.api.greenlets(pid), { fresh: true }) }, found ? "Look again" : "Look at their stacks")),
      this.dump.loading || this.dump.error ? this.dump.said() : "",
      found ? h("p", { class: "dim" }, found.said) : "",
      found ? h("ul", { class: "groups" }, ...found.groups.slice(0, 60).map(group)) : h("p", { class: "dim" }, this.api.records ? "Asks every process once for its greenlets: equal stacks together." : "A saved file holds none."),
      ...(found?.notes || []).map((text) => h("p", { class: "notice" }, text)));
  }

  key(event) {
    if (event.key === "j" || event.key === "k") walk(this.page.querySelectorAll(".blocklist a"), event.key === "j" ? 1 : -1);
    else return false;
    return true;
  }

  escape() {
    if (!(this.params.block || this.params.work)) return false;
    change({ block: "", work: "" });
    return true;
  }
}

function process(each) {
  const busy = each.busy === null ? "–" : share(each.busy);
  const tone = each.busy >= 0.9 ? "bad" : each.busy >= 0.7 ? "notice" : "";
  return h("tr", { key: each.id, class: each.gone ? "gone" : "" }, h("th", { scope: "row" }, h("span", { class: "name" }, each.name), each.gone ? h("span", { class: "bad" }, ` gone${each.goneAt ? `, ${moment(each.goneAt)}` : ""}`) : "", each.note ? h("span", { class: "notice" }, ` ${each.note}`) : ""),
    h("td", { class: tone }, busy), h("td", { class: "metercell" }, each.busy === null ? "" : meter(each.busy, tone)), h("td", {}, spark(each.course, 110)),
    ...[duration(each.late50), duration(each.late99), cores(each.cores), bytes(each.memory), count(each.greenlets), age(each.up)].map((text) => h("td", {}, text)));
}

function blockDetail(each) {
  return h("div", { class: "opened" },
    h("p", { class: "dim" }, `${moment(each.at)} · pid ${each.pid} · cpu ${duration(each.cpu)}, held ${duration(each.held)}${each.gil ? " · no other Python thread could run (GIL held)" : ""}${each.ended ? "" : " · no end seen"}`),
    each.names.length ? h("p", {}, `${each.victims} waited: `, each.names.map(([name, n], at) => [at ? ", " : "", h("a", { href: link("work", { name }) }, name), ` ${n}`])) : "",
    each.trace ? h("p", { class: "dim" }, "trace ", h("code", {}, each.trace)) : "",
    ...each.stacks.map((stack) => h("figure", {}, h("figcaption", { class: "dim" }, stack.said), frames(stack, 24))),
    each.stacks.length ? "" : h("p", { class: "dim" }, each.noStacks || "No stack was seen."));
}

function group(each) {
  return h("li", { key: each.id }, h("details", {}, h("summary", {}, h("b", {}, count(each.count)), " ", h("span", { class: `state ${each.state}` }, each.state), " ", h("span", { class: "name" }, each.place || each.works.map(([name]) => name).join(", ")), h("span", { class: "dim" }, each.longest === null ? "" : ` up to ${age(each.longest)}`)),
    each.works.length ? h("p", { class: "dim" }, "of ", each.works.map(([name, n], at) => [at ? ", " : "", h("a", { href: link("work", { name }) }, name), n > 1 ? ` ${count(n)}` : ""])) : "",
    frames(each, 24)));
}
