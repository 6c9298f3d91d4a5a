// All that is known of one box, in two lines: what it is and where, and how much.

import { element, seconds, share } from "./words.js";
import { FILE, FUNCTION, hottestLine, origin } from "./trees.js";

export const name = (data, state, at) => (at.frame < 0 ? state.view : data.frames[at.frame][FUNCTION]);

export function place(data, at) {
  if (at.frame < 0 || origin(data, at.frame) === "work" || origin(data, at.frame) === "on") return "";
  const line = hottestLine(at);
  return data.frames[at.frame][FILE] + (line ? ":" + line : "");
}

// Elements; none if there is nothing to tell.
export function told(data, state, tree, at) {
  if (!at || !(tree.weight > 0 || tree.before > 0)) return [];
  const per = data.diff ? "/s" : "", whole = data.diff ? "" : ` of ${state.view}`;
  const first = element("div", {}, element("span", {}, element("b", {}, name(data, state, at)), " ", element("code", {}, place(data, at))));
  const parts = [`${seconds(at.weight, per)} (${share(at.weight, tree.weight)}${whole})`];
  if (data.diff) parts.push(...compared(at));
  else parts.push(`${seconds(at.own)} in it alone`, `${at.looks.toLocaleString("en")} ${at.looks === 1 ? "sample" : "samples"}`);
  const second = element("div", {}, ...parts.map((part) => element("span", {}, part)));
  const lines = [...at.lines].sort((a, b) => b[1] - a[1]).slice(0, 5);
  if (lines.length > 1) second.append(element("span", { class: "dim" }, "lines: " + lines.map(([line, s]) => `${line} ${share(s, at.weight)}`).join(", ")));
  return [first, second];
}

function compared(at) {
  const change = at.weight - at.before;
  if (!at.before) return ["new: nothing of it before"];
  if (!at.weight) return [`gone: it was ${seconds(at.before, "/s")}`];
  const ratio = at.weight / at.before;
  return [`before ${seconds(at.before, "/s")}`, `${change >= 0 ? "+" : "−"}${seconds(Math.abs(change), "/s")}, ${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} times`];
}
