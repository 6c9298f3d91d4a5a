// The top of every view: what service, whether the connection holds, the totals, and the first answer.

import { h, morph } from "./dom.js";
import { age, bytes, clock, cores, count, duration, failing, moment, plural, rate, share, slow } from "./format.js";
import { spark } from "./pictures.js";
import { command } from "./views/why.js";
import { VIEWS } from "./views.js";

const byId = (id) => document.getElementById(id);

export class Top {
  constructor() {
    this.opened = false;
    byId("notes").addEventListener("click", () => { this.opened = !this.opened; this.noted(); });
    setInterval(() => { if (this.live) this.link(this.live); }, 1000);
  }

  draw(live, params) {
    this.live = live;
    this.link(live);
    const { state, now } = live;
    morph(byId("service"), state?.service || "obs");
    morph(byId("run"), state ? about(state, now) : "");
    this.noted();
    morph(byId("totals"), ...(now ? totals(now) : []));
    this.answer(now, params);
    morph(byId("views"), ...tabs(now, params));
  }

  // Whether what is seen is of now.
  link({ state, link, lostAt, said, now }) {
    const place = byId("link");
    const file = state?.mode === "file";
    const [kind, text] = file ? ["file", `a file, saved ${moment(state.savedAt)}`] : link === "live" ? ["live", "live"]
      : link === "gone" ? ["lost", said] : link === "lost" ? ["lost", `connection lost ${age((Date.now() - lostAt) / 1000)} ago; trying again${now ? `; shown is ${clock(now.at)}` : ""}`] : ["wait", said || "connecting"];
    place.className = kind;
    if (place.textContent !== text) place.textContent = text;
  }

  noted() {
    const notes = this.live?.notes || [];
    const button = byId("notes");
    button.hidden = !notes.length;
    button.textContent = plural(notes.length, "note");
    button.title = "What can't be known here";
    button.setAttribute("aria-expanded", String(this.opened && notes.length > 0));
    byId("noted").hidden = !this.opened || !notes.length;
    morph(byId("noted"), ...notes.map((note) => h("li", { class: note.level === "bad" ? "bad" : "" }, note.text, note.command ? [" ", command(note.command)] : "")));
  }

  answer(now, params) {
    const place = byId("answer");
    const first = now?.findings[0];
    place.className = !now ? "" : first ? first.tone : "calm";
    morph(place, ...(!now ? [" "] : first ? [h("a", { href: params.view === "why" ? first.href : "#why", title: first.text }, first.text), now.findings.length > 1 ? h("span", { class: "dim" }, `   and ${plural(now.findings.length - 1, "other finding")}`) : ""] : ["Nothing stands out: no work holds the loop, no queue fills, nobody waits for long on one thing."]));
  }

  nothing(place, { link, said }) {
    morph(place, h("p", { class: `empty ${link === "gone" ? "bad" : "busy"}` }, link === "gone" ? said : link === "lost" ? "The host doesn't answer." : "Waiting for the first numbers."));
  }
}

function about(state, now) {
  const up = now && state.started ? `up ${age(now.at - state.started)}` : "";
  return [state.run, up, now?.seconds ? `rates of the last ${Math.round(now.seconds)} s` : ""].filter(Boolean).join(" · ");
}

function totals(now) {
  const { total, courses } = now;
  const all = [
    ["ended", rate(total.rate), "", courses.rate], ["errors", share(total.errors), failing(total.errors), courses.errors], ["p50", duration(total.p50), "", courses.p50], ["p99", duration(total.p99), slow(total.p99), courses.p99],
    ["loop busy", share(now.loop.busy), now.loop.busy >= 0.9 ? "bad" : now.loop.busy >= 0.7 ? "notice" : "", courses.busy], ["loop late, p99", duration(now.loop.late), slow(now.loop.late), courses.late],
    ["in flight", total.inFlight === null ? "–" : total.inFlight.toFixed(1), "", null, "minor"], ["cores", cores(now.cores), "", courses.cores], ["memory", bytes(now.memory), "", null, "minor"],
    ["processes", now.processes.gone ? `${count(now.processes.alive)} (${now.processes.gone} gone)` : count(now.processes.alive), now.processes.alive ? "" : "bad", null], ["obs itself", cores(now.ownCores), "", null, "minor"],
  ];
  return all.map(([label, value, tone, course, more = ""]) => h("div", { key: label, class: more }, h("dt", {}, label), h("dd", { class: tone }, value), h("dd", { class: "s", "aria-hidden": "true" }, course ? spark(course, 60, 18) : "")));
}

function tabs(now, { view = "now" }) {
  const known = VIEWS.some(({ name }) => name === view) ? view : "now";
  const counts = { why: now?.findings.length, jobs: now?.queues.filter((queue) => queue.up === false || (queue.backlog && queue.growth > 0.05)).length };
  return VIEWS.filter(({ key }) => key).map(({ name, title, key }) => h("a", { key: name, href: `#${name}`, "aria-current": name === known || (known === "work" && name === "now") ? "page" : null }, h("kbd", { "aria-hidden": "true" }, key), title, counts[name] ? h("b", {}, counts[name]) : ""));
}
