// Why is it slow: what was found, the worst first, each with its figures, where to see it, and what to do next.

import { link } from "../address.js";
import { h, morph } from "../dom.js";
import { clock } from "../format.js";

export class Why {
  constructor(place) {
    this.place = place;
    this.list = h("div", { class: "page why", kept: true });
    place.replaceChildren(this.list);
  }

  close() {}

  draw({ now, notes }) {
    const found = now.findings;
    morph(this.list,
      h("h2", {}, found.length ? "What makes it slow, the worst first" : "Nothing stands out"),
      h("p", { class: "dim" }, found.length ? now.findingsOf : "No work holds the loop, waits for long on one thing, or stands in line for others; no queue fills. What is slow then is slow for its own work: look at the works, the highest p99 first."),
      h("ol", { class: "findings" }, ...found.map(card)),
      notes.length ? h("section", { class: "unknown", "aria-label": "Not known" }, h("h3", {}, "What can't be known here"), h("ul", {}, ...notes.map((note) => h("li", { class: note.level === "bad" ? "bad" : "" }, note.text, note.command ? [" ", command(note.command)] : "")))) : "");
  }

  key(event) {
    if (event.key !== "j" && event.key !== "k") return false;
    const all = [...this.list.querySelectorAll(".finding > h3 a, .finding > h3[tabindex]")];
    all[Math.min(Math.max(all.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1), 0), all.length - 1)]?.focus();
    return true;
  }

  escape() { return false; }
}

function card(finding, at) {
  return h("li", { key: finding.id, class: `finding ${finding.tone}` },
    h("span", { class: "place", "aria-hidden": "true" }, at + 1),
    h("h3", {}, h("a", { href: finding.href, class: "said" }, finding.text)),
    finding.why ? h("p", { class: "because" }, finding.why) : "",
    h("ul", { class: "figures" }, ...finding.figures.map(({ label, value }) => h("li", {}, h("span", { class: "dim" }, label), h("b", {}, value)))),
    h("p", { class: "evidence" }, ...finding.evidence.map((each) => h("a", { href: link(each.view, each.params) }, `${each.label} →`)), finding.since ? h("span", { class: "dim" }, `since ${clock(finding.since)}`) : ""),
    finding.remedy ? h("p", { class: "remedy" }, h("b", {}, "Do: "), finding.remedy) : "",
    finding.command ? command(finding.command) : "");
}

// A command, and a button that copies it.
export function command(text) {
  const copy = async (event) => {
    const button = event.currentTarget;
    try { await navigator.clipboard.writeText(text); button.textContent = "copied"; } catch { button.textContent = "select it"; select(button.previousSibling); }
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  };
  return h("span", { class: "command" }, h("code", {}, text), h("button", { "aria-label": `Copy: ${text}`, onclick: copy }, "copy"));
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}
