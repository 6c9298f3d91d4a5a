// Trees from a profile's data (obs/profiling/render/html.py: content): one for each view, work, and way to look at it.
// Times are seconds.

export const [FUNCTION, FILE, ORIGIN] = [0, 1, 2];
const TAILS = new Set(["gevent", "python", "native"]);

export const origin = (data, frame) => data.origins[data.frames[frame][ORIGIN]];

function node(frame, parent) {
  return { frame, parent, depth: parent ? parent.depth + 1 : 0, weight: 0, before: 0, own: 0, looks: 0, lines: new Map(), kids: new Map() };
}

// Every place where time was spent: calls see(path of [frame, line], seconds, looks, seconds before).
function each(data, view, see) {
  const { depth, frame, line, own, looks, before } = data.trees[view];
  const path = [];
  for (let i = 0; i < depth.length; i++) {
    path.length = depth[i];
    path[depth[i]] = [frame[i], line[i]];
    if (own[i] > 0 || (before && before[i] > 0)) see(path, own[i], looks[i], before ? before[i] : 0);
  }
}

// Of the frames that nobody changes, at the end of a stack, only the first.
function cut(data, path) {
  const tail = (at) => TAILS.has(origin(data, path[at][0]));
  let end = path.length;
  const said = end && origin(data, path[end - 1][0]) === "on" ? path[--end] : null;
  while (end > 1 && tail(end - 1) && tail(end - 2)) end--;
  return said ? [...path.slice(0, end), said] : path.slice(0, end);
}

// state: {view, work (a frame's number or null), merged, cut, inverted}
export function build(data, state) {
  const root = node(-1, null);
  each(data, state.view, (full, own, looks, before) => {
    if (state.work !== null && full[0][0] !== state.work) return;
    let path = state.cut ? cut(data, full) : full;
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

export const ranked = (at) => (at.ranked ||= [...at.kids.values()].sort((a, b) => span(b) - span(a) || a.frame - b.frame));

// The width of a node: in a comparison the larger of both, and its children's, if those need more.
export function span(at) {
  if (at.span !== undefined) return at.span;
  const order = [at];
  for (let i = 0; i < order.length; i++) order.push(...order[i].kids.values());
  for (let i = order.length - 1; i >= 0; i--) {
    let kids = 0;
    for (const kid of order[i].kids.values()) kids += kid.span;
    order[i].span = Math.max(order[i].weight, order[i].before, kids);
  }
  return at.span;
}

export function hottestLine(at) {
  let best = 0;
  for (const [line, seconds] of at.lines) if (!best || seconds > at.lines.get(best)) best = line;
  return best;
}
