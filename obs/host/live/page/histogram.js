// How often something took how long: a bar for each bucket, as wide as its share.

import { h } from "./dom.js";
import { count, duration, share, slow } from "./format.js";

// buckets: [[upper bound in seconds or null for no bound, how many]], the bounds rising.
export function histogram(buckets, label, marks = {}) {
  const whole = buckets.reduce((sum, [, n]) => sum + n, 0);
  if (!whole) return h("p", { class: "dim" }, "None ended in this time.");
  const first = buckets.findIndex(([, n]) => n), last = buckets.findLastIndex(([, n]) => n);
  const shown = buckets.slice(Math.max(first - 1, 0), last + 1);
  const most = Math.max(...shown.map(([, n]) => n));
  return h("div", { class: "histogram", role: "list", "aria-label": label }, ...shown.map(([bound, n], at) => {
    const from = at + Math.max(first - 1, 0) ? buckets[at + Math.max(first - 1, 0) - 1][0] : 0;
    const said = bound === null ? `over ${duration(from)}` : `up to ${duration(bound)}`;
    const marked = Object.entries(marks).filter(([, x]) => x !== null && x !== undefined && x > from && (bound === null || x <= bound)).map(([name]) => name);
    return h("div", { role: "listitem", class: "bucket", title: `${said}: ${count(n)}, ${share(n / whole)}` },
      h("span", { class: "bound" }, said),
      h("span", { class: "track" }, h("i", { class: slow(bound ?? from * 2), style: { width: `${(100 * n) / most}%` } }), marked.length ? h("em", {}, marked.join(", ")) : ""),
      h("span", { class: "n" }, count(n)), h("span", { class: "n dim" }, n ? share(n / whole) : ""));
  }));
}
