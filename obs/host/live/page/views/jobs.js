// Jobs: the queues, whether they fill, how long their jobs wait, and how they end.

import { link } from "../address.js";
import { h, morph } from "../dom.js";
import { age, count, duration, failing, queued, rate, share, slow } from "../format.js";
import { bar, CLOCKS, meter, spark } from "../pictures.js";

export class Jobs {
  constructor(place) {
    this.page = h("div", { class: "page jobs" });
    place.replaceChildren(this.page);
  }

  close() {}

  draw({ now }) {
    const jobs = now.rows.filter((row) => row.kind === "job").sort((a, b) => (b.queued ?? -1) - (a.queued ?? -1) || a.name.localeCompare(b.name));
    morph(this.page,
      h("section", { "aria-label": "Queues" }, h("h3", {}, "Queues", now.slots ? h("span", { class: "dim" }, `${count(now.slots.active)} of ${now.slots.slots === null ? "?" : count(now.slots.slots)} slots at work`) : ""), now.slots?.slots ? meter(now.slots.active / now.slots.slots, now.slots.active >= now.slots.slots ? "bad" : "") : "",
        now.queues.length ? h("ul", { class: "queues" }, ...now.queues.map(queue)) : h("p", { class: "dim" }, "No queue is known: no worker or sender of jobs runs here, or none whose broker obs can read.")),
      h("section", { "aria-label": "Jobs" }, h("h3", {}, "Jobs"), jobs.length ? table(jobs, now) : h("p", { class: "dim" }, "No job has ended.")));
  }

  key() { return false; }

  escape() { return false; }
}

function queue(each) {
  const numbers = each.up === false ? [] : [
    ["waiting", count(each.backlog)], ["the oldest", age(each.oldest), queued(each.oldest)],
    ["grows by", each.growth === null ? "–" : `${each.growth > 0 ? "+" : each.growth < 0 ? "−" : ""}${rate(Math.abs(each.growth))}`, each.growth > 0.05 && each.backlog ? "notice" : ""],
    ["empty in", each.drained === null ? (each.backlog && each.growth > 0.05 ? "never like this" : "–") : age(each.drained), each.drained === null && each.backlog && each.growth > 0.05 ? "bad" : ""],
    ["retries", rate(each.retries)], ["failures", rate(each.failures), each.failures ? "bad" : ""],
  ];
  return h("li", { key: each.id, class: "queuecard" }, h("h4", { class: "name" }, each.name, h("span", { class: "dim" }, ` ${each.system}`)), each.up === false ? h("p", { class: "bad" }, "Its broker can't be read.") : "",
    h("dl", { class: "numbers" }, ...numbers.map(([label, value, tone = ""]) => h("div", {}, h("dt", {}, label), h("dd", { class: tone }, value)))), h("div", { class: "coursed" }, spark(each.course, 220, 34), h("span", { class: "dim" }, each.course ? "waiting, 15 min" : "")));
}

function table(jobs, now) {
  const heads = ["job", "rate", "failed", "retried", "in queue p50", "in queue p99", "runs p50", "runs p99", "in flight", "made of", ...CLOCKS];
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Jobs; scrolls" }, h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, ...jobs.map((row) => line(row, now)))));
}

function line(row) {
  return h("tr", { key: row.name }, h("th", { scope: "row" }, h("a", { href: link("work", { name: row.name }), class: "name" }, row.name)),
    ...[[rate(row.rate)], [share(row.errors), failing(row.errors)], [rate(row.retries), row.retries ? "notice" : "dim"], [duration(row.queued50)], [duration(row.queued), queued(row.queued)], [duration(row.p50)], [duration(row.p99), slow(row.p99)], [row.inFlight === null ? "–" : row.inFlight.toFixed(1)]].map(([text, tone = ""]) => h("td", { class: tone }, text)),
    h("td", { class: "barcell" }, row.each ? bar(row.each) : ""), ...CLOCKS.map((name) => h("td", {}, duration(row.each?.[name]))));
}
