// The flame graph: the root on top, the heaviest child left. Boxes of less than a pixel are not drawn.

const ROW = 20;
const THIN = 26; // pixels from which a name has room
let tree = null, zoomed = null, focused = null, boxes = new Map();

function grow() {
  tree = build(state);
  zoomed = focused = tree;
  draw();
}

function draw() {
  const flame = byId("flame");
  const wide = flame.clientWidth, inside = flame.contains(document.activeElement);
  boxes = new Map();
  const drawn = document.createDocumentFragment();
  const above = [];
  for (let at = zoomed.parent; at; at = at.parent) above.unshift(at);
  for (const at of above) drawn.append(box(at, 0, wide, true));
  let deepest = zoomed.depth;
  const scale = wide / span(zoomed);
  const waiting = span(zoomed) > 0 ? [[zoomed, 0]] : [];
  while (waiting.length) {
    const [at, left] = waiting.pop();
    drawn.append(box(at, left, span(at) * scale, false));
    deepest = Math.max(deepest, at.depth);
    let x = left;
    for (const kid of ranked(at)) {
      if (span(kid) * scale < 1) break;
      waiting.push([kid, x]);
      x += span(kid) * scale;
    }
  }
  drawn.append(element("div", { class: "end" }));
  drawn.lastChild.style.cssText = `position:absolute;top:${(deepest + 1) * ROW}px;height:1px;width:1px`;
  flame.replaceChildren(drawn);
  if (!(span(tree) > 0)) flame.replaceChildren(element("p", { id: "empty" }, "No seconds here."));
  byId("out").disabled = zoomed === tree && !state.query && state.work === null;
  mark();
  focus(boxes.has(focused) ? focused : zoomed, inside);
}

function box(at, left, wide, above) {
  const kind = at.frame < 0 ? "root" : origin(at.frame);
  const thin = wide < THIN;
  const shade = kind === "work" || kind === "root" ? "" : ` v${at.frame % 3}`;
  const made = element("div", {
    class: `box ${kind}${shade}${thin ? " thin" : ""}${above ? " above" : ""}`,
    role: "treeitem", tabindex: "-1", "aria-level": at.depth + 1,
    "aria-label": `${name(at)}, ${seconds(at.weight)}, ${share(at.weight, tree.weight)}`,
  });
  if (!thin) {
    made.append(kind === "work" ? name(at) : brief(name(at)));
    const said = [place(at), place(at) && wide < 320 ? "" : `${seconds(at.weight)}, ${share(at.weight, tree.weight)}`];
    if (wide > 130) made.append(element("small", {}, said.filter(Boolean).join("  ·  ")));
  }
  made.style.left = left + "px";
  made.style.top = at.depth * ROW + "px";
  made.style.width = Math.max(wide - 1, 0.6) + "px";
  if (data.diff && kind !== "root") Object.assign(made.style, { background: tint(at), color: "var(--box)" });
  made.node = at;
  boxes.set(at, made);
  return made;
}

// Red is more than before, blue is less; grey is neither. Full colour from a tenth of the whole.
function tint(at) {
  const change = at.weight - at.before;
  const whole = Math.max(tree.weight, tree.before) || 1;
  const much = Math.min(Math.sqrt(Math.abs(change) / whole / 0.1), 1) * 72;
  return `color-mix(in oklab, var(--${change > 0 ? "more" : "less"}) ${much.toFixed(0)}%, var(--native))`;
}

function zoom(at) {
  zoomed = focused = at;
  draw();
  boxes.get(at)?.focus({ preventScroll: true });
  byId("flame").scrollTop = Math.max(0, (at.depth - 3) * ROW);
}

function focus(at, move = true) {
  boxes.get(focused)?.setAttribute("tabindex", "-1");
  focused = at;
  const made = boxes.get(at);
  made?.setAttribute("tabindex", "0");
  if (move) made?.focus();
  tell(at);
}

function matches(at) {
  if (at.frame < 0) return false;
  const [fn, file] = data.frames[at.frame];
  return (fn + " " + file).toLowerCase().includes(state.query);
}

// What is found is outlined; its share counts a node within another that is found once.
function mark() {
  byId("flame").classList.toggle("searched", Boolean(state.query));
  if (!state.query) return void (byId("found").textContent = "");
  let sum = 0;
  const waiting = [tree];
  while (waiting.length) {
    const at = waiting.pop();
    if (matches(at)) sum += at.weight;
    else waiting.push(...at.kids.values());
  }
  byId("found").textContent = sum ? `${seconds(sum)}, ${share(sum, tree.weight)}` : "not found";
  for (const [at, made] of boxes) made.classList.toggle("hit", matches(at));
}

function widestHit() {
  let widest = null;
  for (const at of boxes.keys()) if (matches(at) && (!widest || span(at) > span(widest))) widest = at;
  return widest;
}

function siblings(at, step) {
  const all = at.parent ? ranked(at.parent) : [at];
  return all[all.indexOf(at) + step];
}

const MOVES = {
  ArrowDown: (at) => ranked(at)[0],
  ArrowUp: (at) => at.parent,
  ArrowLeft: (at) => siblings(at, -1),
  ArrowRight: (at) => siblings(at, 1),
};

function flameKeys(event) {
  const to = MOVES[event.key]?.(focused);
  if (MOVES[event.key]) {
    event.preventDefault();
    if (to && boxes.has(to)) focus(to);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    zoom(focused);
  }
}
