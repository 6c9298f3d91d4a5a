// A kept request and a block of the loop, each as a line of a list.

import { link } from "./address.js";
import { h } from "./dom.js";
import { clock, clockExact, duration } from "./format.js";
import { bar } from "./pictures.js";

export function slowRow(each) {
  return h("li", { key: each.id, class: "slowrow" },
    h("span", { class: "dim" }, clock(each.at)),
    h("b", { class: each.failed ? "bad" : "" }, duration(each.seconds)),
    h("a", { href: link("slow", { id: each.id }), class: "name", title: each.work }, each.work),
    bar(each.clocks),
    h("span", { class: `status ${each.failed ? "bad" : "dim"}` }, each.status || ""),
    h("span", { class: "dim name" }, each.why || ""));
}

export function blockRow(each) {
  return h("li", { key: each.id, class: "blockrow" },
    h("span", { class: "dim" }, clockExact(each.at)),
    h("b", { class: each.seconds >= 0.1 ? "bad" : "notice" }, `${each.ended ? "" : "≥ "}${duration(each.seconds)}`),
    h("a", { href: link("loop", { block: each.id, work: each.work }), class: "name", title: each.work }, each.work),
    h("code", { class: "name", title: each.place }, each.call ? `in ${each.call}` : "", each.call && each.place ? "  " : "", each.place || ""),
    h("span", { class: "dim" }, each.victims ? `${each.victims} waited ${duration(each.lost)}` : ""));
}
