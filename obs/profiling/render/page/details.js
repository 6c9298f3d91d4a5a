// The line at the bottom: all that is known of the box under the pointer, or of the one that has the focus.

function tell(at) {
  if (!at || !(tree.weight > 0 || tree.before > 0)) return void byId("details").replaceChildren();
  const whole = data.diff ? "" : ` of ${state.view}`;
  const first = element("div", {}, element("span", {}, element("b", {}, name(at)), " ", element("code", {}, place(at))));
  const parts = [`${seconds(at.weight)} (${share(at.weight, tree.weight)}${whole})`];
  if (data.diff) parts.push(...compared(at));
  else parts.push(`${seconds(at.own)} in it alone`, `${at.looks.toLocaleString("en")} ${at.looks === 1 ? "sample" : "samples"}`);
  const second = element("div", {}, ...parts.map((part) => element("span", {}, part)));
  const lines = [...at.lines].sort((a, b) => b[1] - a[1]).slice(0, 5);
  if (lines.length > 1) second.append(element("span", { class: "dim" }, "lines: " + lines.map(([line, s]) => `${line} ${share(s, at.weight)}`).join(", ")));
  byId("details").replaceChildren(first, second);
}

function compared(at) {
  const change = at.weight - at.before;
  if (!at.before) return ["new: nothing of it before"];
  if (!at.weight) return [`gone: it was ${seconds(at.before)}`];
  const ratio = at.weight / at.before;
  return [`before ${seconds(at.before)}`, `${change >= 0 ? "+" : "−"}${seconds(Math.abs(change))}, ${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} times`];
}
