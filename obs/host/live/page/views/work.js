// One work: how long it takes and what that is made of, whom it waits for and who waits for it, and its flame graphs.

import { link } from "../address.js";
import { h, morph } from "../dom.js";
import { blocked, count, duration, failing, queued, rate, share, slow } from "../format.js";
import { histogram } from "../histogram.js";
import { Loader } from "../loader.js";
import { bar, CLOCKS } from "../pictures.js";
import { Recording } from "../recording.js";
import { Series } from "../series.js";
import { blockRow, slowRow } from "../rows.js";
import { windows } from "../windows.js";

const OFTEN = 5; // seconds between two looks

export class Work {
  constructor(place, api, redraw) {
    Object.assign(this, { place, api, name: null, asked: 0 });
    this.loader = new Loader(redraw);
    this.split = new Series("seconds each second", CLOCKS.map((name) => ({ name, colour: name })), duration, { stacked: true });
    this.late = new Series("how long it takes", [{ name: "p50", colour: "dim" }, { name: "p99", colour: "fg" }], duration);
    this.recording = new Recording(api);
    this.page = h("div", { class: "page one" });
    place.replaceChildren(this.page);
  }

  close() {
    for (const part of [this.split, this.late, this.loader, this.recording]) part.close();
  }

  draw(live, params) {
    this.live = live;
    const { name, of = "" } = params;
    const other = name !== this.name;
    if (other) this.recording.of(name, params.flame);
    if (other || of !== this.of) {
      Object.assign(this, { name, of });
      this.ask(other);
    } else if (live.now.at - this.asked >= OFTEN) this.ask();
    const row = live.now.rows.find((each) => each.name === this.name);
    morph(this.page, this.head(row), ...(this.loader.value ? this.body(this.loader.value) : [this.loader.said()]));
    if (this.loader.value) this.plot(this.loader.value.history);
  }

  ask(fresh = false) {
    this.asked = this.live.now.at;
    this.loader.load(() => this.api.work(this.name, this.of), { fresh });
  }

  head(row) {
    const numbers = row ? [
      ["rate", rate(row.rate)], ["errors", share(row.errors), failing(row.errors)], ["p50", duration(row.p50)], ["p99", duration(row.p99), slow(row.p99)],
      ...(row.kind === "job" ? [["in queue, p99", duration(row.queued), queued(row.queued)]] : []),
      ["in flight", row.inFlight === null ? "–" : row.inFlight.toFixed(1)], ["holds its loop", row.spent ? share(row.blocked) : "–", blocked(row.blocked)], ["since the start", count(row.total)],
    ] : [];
    return h("section", { class: "title", "aria-label": "The work" },
      h("p", { class: "crumb" }, h("a", { href: link("now") }, "← all works")),
      h("h2", { class: "name", title: this.name }, this.name),
      h("p", { class: "dim" }, row?.feature ? `${row.feature} · team ${row.team || "unknown"}` : row ? "no owner" : "none of it now"),
      h("dl", { class: "numbers" }, ...numbers.map(([label, value, tone = ""]) => h("div", {}, h("dt", {}, label), h("dd", { class: tone }, value)))),
      row?.each ? h("div", { class: "made" }, bar(row.each), h("p", {}, ...CLOCKS.map((name) => h("span", { class: `part ${name}` }, h("i", {}), name, " ", h("b", {}, duration(row.each[name])))), h("span", { class: "dim" }, "of each, on average"))) : "");
  }

  body(found) {
    return [
      h("div", { class: "two" },
        h("section", { "aria-label": "Over time" }, this.split.frame, this.late.frame),
        h("section", { "aria-label": "How long it takes" }, h("h3", {}, "How long it takes", h("span", { class: "dim" }, `${count(found.histogram.reduce((sum, [, n]) => sum + n, 0))} ${found.histogramOf}`), windows(this.of, this.api.records)), histogram(found.histogram, "Latency histogram", { p50: found.p50, p99: found.p99 }))),
      h("p", { class: "dim of" }, `What it waits for, behind whom and for whom: ${found.histogramOf}`),
      h("div", { class: "four" },
        ranks("Waits for", found.waits, (each) => [h("b", {}, each.name)], "It waits for nothing."),
        ranks("Stands behind", found.culprits, named, "It stands in line for nobody."),
        ranks("Holds up", found.victims, named, "It holds nobody up."),
        ranks("Ended as", found.answers, (each) => [h("b", {}, each.name)], "None ended.")),
      this.recording.frame,
      list("Its slow requests", found.slow, slowRow, "None was slow or failed.", link("slow", { work: this.name })),
      list("Blocks of the loop", found.blocks, blockRow, "It has not held its loop for long.", link("loop", { work: this.name })),
    ];
  }

  plot({ times, clocks, p50, p99 }) {
    this.split.show(times, CLOCKS.map((name) => clocks[name]), this.live.now.at);
    this.late.show(times, [p50, p99], this.live.now.at);
  }

  key(event) { return this.recording.key(event); }

  escape() { return this.recording.escape() || (location.assign(link("now", {})), true); }
}

const named = (each) => [each.href ? h("a", { href: each.href, class: "name", title: each.name }, each.name) : h("b", { class: "name" }, each.name)];

// A list with shares: [{name, share, text, href}].
function ranks(title, list, name, none) {
  return h("section", { class: "ranks", "aria-label": title }, h("h3", {}, title), list.length ? h("ul", {}, ...list.slice(0, 6).map((each) => h("li", {}, h("span", { class: "who" }, ...name(each)), h("span", { class: "n" }, share(each.share)), h("span", { class: "n dim" }, each.text || ""), h("span", { class: "under", "aria-hidden": "true" }, h("i", { style: { width: `${100 * each.share}%` } })))), list.length > 6 ? h("li", { class: "dim" }, `${list.length - 6} more`) : "") : h("p", { class: "dim" }, none));
}

function list(title, found, row, none, more) {
  return h("section", { class: "listed", "aria-label": title }, h("h3", {}, title, found.length ? h("a", { href: more }, "all →") : ""), found.length ? h("ul", {}, ...found.slice(0, 6).map(row)) : h("p", { class: "dim" }, none));
}
