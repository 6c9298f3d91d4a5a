// The flame graph: the root on top, the heaviest child left. Boxes of less than a pixel are not drawn.

import { brief, element, seconds, share } from "./words.js";
import { build, FILE, FUNCTION, origin, ranked, span } from "./trees.js";
import { name, place, told } from "./details.js";

const ROW = 20;
const THIN = 26; // pixels from which a name has room

const MOVES = {
  ArrowDown: (at) => ranked(at)[0],
  ArrowUp: (at) => at.parent,
  ArrowLeft: (at) => sibling(at, -1),
  ArrowRight: (at) => sibling(at, 1),
};

function sibling(at, step) {
  const all = at.parent ? ranked(at.parent) : [at];
  return all[all.indexOf(at) + step];
}

// data: a profile's; state: {view, work, merged, cut, inverted, query}, which the page changes before grow() or draw();
// places: the elements {flame, details, found} that it draws in; drawn(zoomed): called after each drawing.
export class Flame {
  constructor(data, state, places, drawn = () => {}) {
    Object.assign(this, { data, state, places, drawn, boxes: new Map() });
    this.grow(false);
    this.listen();
  }

  grow(draws = true) {
    this.tree = build(this.data, this.state);
    this.zoomed = this.focused = this.tree;
    if (draws) this.draw();
  }

  get inside() { return this.zoomed !== this.tree; }

  draw() {
    const { flame } = this.places;
    const had = flame.contains(document.activeElement);
    this.boxes = new Map();
    flame.replaceChildren(span(this.tree) > 0 ? this.picture(flame.clientWidth) : element("p", { class: "empty" }, "No seconds here."));
    this.mark();
    this.focus(this.boxes.has(this.focused) ? this.focused : this.zoomed, had);
    this.drawn(this);
  }

  picture(wide) {
    const made = document.createDocumentFragment();
    const above = [];
    for (let at = this.zoomed.parent; at; at = at.parent) above.unshift(at);
    for (const at of above) made.append(this.box(at, 0, wide, true));
    const scale = wide / span(this.zoomed), waiting = span(this.zoomed) > 0 ? [[this.zoomed, 0]] : [];
    let deepest = this.zoomed.depth;
    while (waiting.length) {
      const [at, left] = waiting.pop();
      made.append(this.box(at, left, span(at) * scale, false));
      deepest = Math.max(deepest, at.depth);
      let x = left;
      for (const kid of ranked(at)) {
        if (span(kid) * scale < 1) break;
        waiting.push([kid, x]);
        x += span(kid) * scale;
      }
    }
    made.append(end(deepest));
    return made;
  }

  box(at, left, wide, above) {
    const kind = at.frame < 0 ? "root" : origin(this.data, at.frame);
    const thin = wide < THIN;
    const shade = kind === "work" || kind === "root" ? "" : ` v${at.frame % 3}`;
    const made = element("div", {
      class: `box ${kind}${shade}${thin ? " thin" : ""}${above ? " above" : ""}`,
      role: "treeitem", tabindex: "-1", "aria-level": at.depth + 1,
      "aria-label": `${this.name(at)}, ${this.seconds(at.weight)}, ${share(at.weight, this.tree.weight)}`,
    });
    if (!thin) made.append(...this.words(at, kind, wide));
    made.style.left = left + "px";
    made.style.top = at.depth * ROW + "px";
    made.style.width = Math.max(wide - 1, 0.6) + "px";
    if (this.data.diff && kind !== "root") Object.assign(made.style, { background: this.tint(at), color: "var(--box)" });
    made.node = at;
    this.boxes.set(at, made);
    return made;
  }

  words(at, kind, wide) {
    const called = kind === "work" ? this.name(at) : brief(this.name(at));
    const where = place(this.data, at);
    const said = [where, where && wide < 320 ? "" : `${this.seconds(at.weight)}, ${share(at.weight, this.tree.weight)}`];
    return wide > 130 ? [called, element("small", {}, said.filter(Boolean).join("  ·  "))] : [called];
  }

  name(at) { return name(this.data, this.state, at); }

  seconds(x) { return seconds(x, this.data.diff ? "/s" : ""); }

  // Red is more than before, blue is less; grey is neither. Full colour from a tenth of the whole.
  tint(at) {
    const change = at.weight - at.before;
    const whole = Math.max(this.tree.weight, this.tree.before) || 1;
    const much = Math.min(Math.sqrt(Math.abs(change) / whole / 0.1), 1) * 72;
    return `color-mix(in oklab, var(--${change > 0 ? "more" : "less"}) ${much.toFixed(0)}%, var(--native))`;
  }

  zoom(at) {
    this.zoomed = this.focused = at;
    this.draw();
    this.boxes.get(at)?.focus({ preventScroll: true });
    this.places.flame.scrollTop = Math.max(0, (at.depth - 3) * ROW);
  }

  focus(at, move = true) {
    this.boxes.get(this.focused)?.setAttribute("tabindex", "-1");
    this.focused = at;
    const made = this.boxes.get(at);
    made?.setAttribute("tabindex", "0");
    if (move) made?.focus();
    this.tell(at);
  }

  tell(at) { this.places.details.replaceChildren(...told(this.data, this.state, this.tree, at)); }

  matches(at) {
    if (at.frame < 0) return false;
    const frame = this.data.frames[at.frame];
    return (frame[FUNCTION] + " " + frame[FILE]).toLowerCase().includes(this.state.query);
  }

  // What is found is outlined; its share counts a node within another that is found once.
  mark() {
    const { flame, found } = this.places;
    flame.classList.toggle("searched", Boolean(this.state.query));
    if (!this.state.query) return void (found.textContent = "");
    const sum = this.sum();
    found.textContent = sum ? `${this.seconds(sum)}, ${share(sum, this.tree.weight)}` : "not found";
    for (const [at, made] of this.boxes) made.classList.toggle("hit", this.matches(at));
  }

  sum() {
    let found = 0;
    const waiting = [this.tree];
    while (waiting.length) {
      const at = waiting.pop();
      if (this.matches(at)) found += at.weight;
      else waiting.push(...at.kids.values());
    }
    return found;
  }

  widestHit() {
    let widest = null;
    for (const at of this.boxes.keys()) if (this.matches(at) && (!widest || span(at) > span(widest))) widest = at;
    return widest;
  }

  keys(event) {
    const to = MOVES[event.key]?.(this.focused);
    if (MOVES[event.key]) {
      event.preventDefault();
      if (to && this.boxes.has(to)) this.focus(to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.zoom(this.focused);
    }
  }

  listen() {
    const { flame } = this.places;
    const on = (what, does) => flame.addEventListener(what, does);
    const onBox = (what, does) => on(what, (event) => { const at = event.target.closest(".box")?.node; if (at) does(at); });
    onBox("click", (at) => this.zoom(at));
    onBox("pointerover", (at) => this.tell(at));
    onBox("focusin", (at) => { if (at !== this.focused) this.focus(at, false); });
    on("pointerleave", () => this.tell(this.focused));
    on("keydown", (event) => this.keys(event));
    let wide = flame.clientWidth;
    new ResizeObserver(() => { if (flame.clientWidth !== wide) { wide = flame.clientWidth; this.draw(); } }).observe(flame);
  }
}

// What makes the frame scroll as far as its deepest box.
function end(deepest) {
  const made = element("div");
  made.style.cssText = `position:absolute;top:${(deepest + 1) * ROW}px;height:1px;width:1px`;
  return made;
}
