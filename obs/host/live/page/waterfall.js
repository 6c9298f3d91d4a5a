// One request over its time: its spans below each other, what held the loop meanwhile, and the stacks that were seen.

import { h } from "./dom.js";
import { duration } from "./format.js";

// found: {seconds, queue, spans: [{id, depth, name, start, seconds, kind, failed, attributes}], marks: [{kind, start, seconds, text}]}.
// Starts are seconds after the request's; opened: the id of the span whose attributes are shown; open(id).
export function waterfall(found, opened, open) {
  const before = found.queue || 0;
  const whole = Math.max(before + found.seconds, ...found.spans.map((span) => before + span.start + span.seconds), 1e-6);
  const at = (start) => `${(100 * Math.max(before + start, 0)) / whole}%`;
  const wide = (seconds) => `${Math.max((100 * seconds) / whole, 0.15)}%`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => h("span", { style: { left: `${part * 100}%` } }, duration(part * whole)));
  const band = (mark) => h("i", { class: `band ${mark.kind}`, style: { left: at(mark.start), width: wide(mark.seconds) }, title: mark.text });
  const queued = before ? h("li", { class: "spanrow" }, h("span", { class: "what dim" }, "in line before the handler"), h("span", { class: "lane" }, h("i", { class: "span queue", style: { left: "0%", width: wide(before) } })), h("span", { class: "n" }, duration(before))) : "";
  const rows = found.spans.map((span) => h("li", { key: span.id, class: `spanrow ${span.failed ? "failed" : ""}` },
    h("button", { class: "what", style: { "padding-left": `${Math.min(span.depth, 12) * 14}px` }, title: span.name, "aria-expanded": String(opened === span.id), onclick: () => open(opened === span.id ? "" : span.id) }, h("span", { class: "name" }, span.name)),
    h("span", { class: "lane" }, span.depth ? "" : found.marks.map(band), h("i", { class: `span ${span.depth ? span.kind || "child" : "root"}`, style: { left: at(span.start), width: wide(span.seconds) } })),
    h("span", { class: "n" }, duration(span.seconds)),
    opened === span.id ? attributes(span) : ""));
  return h("div", { class: "waterfall" }, h("div", { class: "axis", "aria-hidden": "true" }, h("span", { class: "what" }), h("span", { class: "lane" }, ...ticks), h("span", { class: "n" })),
    h("ol", { "aria-label": "Spans" }, queued, ...rows));
}

function attributes(span) {
  if (!span.attributes.length) return h("p", { class: "dim attributes" }, "No attributes.");
  return h("dl", { class: "attributes" }, ...span.attributes.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
