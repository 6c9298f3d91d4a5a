// Trees from the page's data: one for each view, work, and way to look at it. Times are seconds.

const data = JSON.parse(document.getElementById("data").textContent);
const [FUNCTION, FILE, ORIGIN] = [0, 1, 2];
const origin = (frame) => data.origins[data.frames[frame][ORIGIN]];
const TAILS = new Set(["gevent", "python", "native"]);

function node(frame, parent) {
  return { frame, parent, depth: parent ? parent.depth + 1 : 0, weight: 0, before: 0, own: 0, looks: 0, lines: new Map(), kids: new Map() };
}

// Every place where time was spent: calls see(path of [frame, line], seconds, looks, seconds before).
function each(view, see) {
  const { depth, frame, line, own, looks, before } = data.trees[view];
  const path = [];
  for (let i = 0; i < depth.length; i++) {
    path.length = depth[i];
    path[depth[i]] = [frame[i], line[i]];
    if (own[i] > 0 || (before && before[i] > 0)) see(path, own[i], looks[i], before ? before[i] : 0);
  }
}

// Of the frames that nobody changes, at the end of a stack, only the first.
function cut(path) {
  let end = path.length;
  const said = end && origin(path[end - 1][0]) === "on" ? path[--end] : null;
  while (end > 1 && TAILS.has(origin(path[end - 1][0])) && TAILS.has(origin(path[end - 2][0]))) end--;
  return said ? [...path.slice(0, end), said] : path.slice(0, end);
}

// state: {view, work (a frame's number or null), merged, cut, inverted}
function build(state) {
  const root = node(-1, null);
  each(state.view, (full, own, looks, before) => {
    if (state.work !== null && full[0][0] !== state.work) return;
    let path = state.cut ? cut(full) : full;
    if (state.merged || state.inverted) path = path.slice(1);
    if (state.inverted) path = path.toReversed ? path.toReversed() : path.slice().reverse();
    insert(root, path, own, looks, before);
  });
  return root;
}

function insert(root, path, own, looks, before) {
  let at = root;
  at.weight += own; at.before += before; at.looks += looks;
  for (const [frame, line] of path) {
    let kid = at.kids.get(frame);
    if (!kid) at.kids.set(frame, (kid = node(frame, at)));
    at = kid;
    at.weight += own; at.before += before; at.looks += looks;
    if (line) at.lines.set(line, (at.lines.get(line) || 0) + own);
  }
  at.own += own;
}

const width = (at) => (data.diff ? Math.max(at.weight, at.before) : at.weight);
const ranked = (at) => (at.ranked ||= [...at.kids.values()].sort((a, b) => span(b) - span(a) || a.frame - b.frame));

// The width of a node: its children's, if those need more. In a comparison a node is as wide as the larger of both.
function span(at) {
  if (at.span !== undefined) return at.span;
  const order = [at];
  for (let i = 0; i < order.length; i++) order.push(...order[i].kids.values());
  for (let i = order.length - 1; i >= 0; i--) {
    let kids = 0;
    for (const kid of order[i].kids.values()) kids += kid.span;
    order[i].span = Math.max(width(order[i]), kids);
  }
  return at.span;
}

function hottestLine(at) {
  let best = 0;
  for (const [line, seconds] of at.lines) if (!best || seconds > at.lines.get(best)) best = line;
  return best;
}
