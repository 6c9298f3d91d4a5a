// Small pictures in a line of text: a course over time, and what a duration is made of.

import { h } from "./dom.js";
import { duration } from "./format.js";

export const CLOCKS = ["cpu", "held", "delay", "wait"];
export const MEANS = {
  cpu: "its Python ran",
  held: "it held the loop without computing",
  delay: "it was ready, and others had the loop",
  wait: "nothing of it could run",
};

// values: numbers, null where nothing is known; the highest is full height.
export function spark(values, wide = 84, tall = 18) {
  const made = h("svg", { class: "spark", viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall, "aria-hidden": "true" });
  const most = Math.max(...(values || []).filter((x) => x !== null), 0);
  if (!values || values.length < 2) return made;
  const step = wide / (values.length - 1);
  let line = "", up = false;
  values.forEach((x, at) => {
    if (x === null) { up = false; return; }
    line += `${up ? "L" : "M"}${(at * step).toFixed(1)} ${(tall - 1.5 - (most ? (x / most) * (tall - 3) : 0)).toFixed(1)}`;
    up = true;
  });
  made.append(h("path", { d: line || "M0 0" }));
  return made;
}

// clocks: seconds by name; most: the seconds that are full width (their sum, if not said).
export function bar(clocks, most = 0) {
  const sum = CLOCKS.reduce((all, name) => all + (clocks?.[name] || 0), 0);
  const whole = most || sum;
  const parts = sum > 0 ? CLOCKS.filter((name) => clocks[name] > 0).map((name) => h("i", { key: name, class: name, style: { width: `${(100 * clocks[name]) / whole}%` } })) : [];
  const said = CLOCKS.map((name) => `${name} ${duration(clocks?.[name])}`).join(", ");
  return h("div", { class: "bar", role: "img", "aria-label": said, title: said }, ...parts);
}

// A share of something that is full.
export const meter = (ratio, tone = "") => h("div", { class: `meter ${tone}`, "aria-hidden": "true" }, h("i", { style: { width: `${Math.min(Math.max(ratio || 0, 0), 1) * 100}%` } }));

export const legend = () => h("ul", { class: "legend", "aria-label": "The four clocks" }, ...CLOCKS.map((name) => h("li", { class: name }, h("i", {}), h("b", {}, name), h("span", { class: "means" }, MEANS[name]))));
