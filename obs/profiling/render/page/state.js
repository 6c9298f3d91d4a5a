// What the page is about, and what of it somebody looks at.

import { byId } from "./words.js";

export const data = JSON.parse(byId("data").textContent);
export const per = data.diff ? "/s" : "";
export const state = { view: data.start, work: null, merged: false, cut: false, inverted: false, query: "" };

// What is drawn anew takes the focus with it: whoever uses the keyboard would begin at the top again.
export function keepingFocus(draws) {
  const had = document.activeElement && document.activeElement.id;
  draws();
  if (had && byId(had) !== document.activeElement) byId(had)?.focus({ preventScroll: true });
}
