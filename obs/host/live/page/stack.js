// Lists of stack frames, the innermost first; the service's own are marked.

import { h } from "./dom.js";

// list: {frames: texts, own: places of the service's own}; most: how many are shown.
export function frames({ frames: list, own = [] }, most = 12) {
  if (!list.length) return h("p", { class: "dim" }, "No stack was seen.");
  const rows = list.slice(0, most).map((text, at) => h("li", { class: own.includes(at) ? "own" : "" }, text));
  const rest = list.length - rows.length;
  return h("ol", { class: "frames" }, ...rows, rest > 0 ? h("li", { class: "dim" }, `and ${rest} below`) : "");
}
