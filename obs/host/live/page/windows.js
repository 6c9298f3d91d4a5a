// Of which time the details are: of the last minutes, or of all that the host keeps.

import { change } from "./address.js";
import { h } from "./dom.js";

const SPANS = [["", "2 min"], ["900", "15 min"]];

// chosen: seconds as text, as the address has them; a saved file has the longest only.
export function windows(chosen = "", live = true) {
  if (!live) return "";
  return h("span", { key: "windows", class: "joined", role: "group", "aria-label": "Of the last" }, ...SPANS.map(([of, text]) => h("button", { key: text, "aria-pressed": String(chosen === of), onclick: () => change({ of }) }, text)));
}
