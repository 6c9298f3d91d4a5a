// What the views ask the host for, and its answers as the views read them.

import { link } from "./address.js";
import { duration } from "./format.js";
import { live } from "./model.js";
import { download, get, path, post, remove } from "./request.js";

const work = (name) => link("work", { name });
const clocks = (values) => (values ? { cpu: values[0], held: values[1], delay: values[2], wait: values[3] } : null);

export const api = {
  get records() { return live.state?.mode === "live"; },
  incidentUrl: "api/incident",
  download,
  urls: [["Now", "api/now"], ["Findings", "api/findings"], ["Slow requests", "api/slow"], ["Loop and blocks", "api/loop"], ["Course of the totals", "api/history"]].map(([text, url]) => ({ text, url })),

  // Map of a row's index to its rates.
  async courses(rows) {
    const found = await get(path("sparklines", { works: rows.map((row) => row.index).join() }));
    return new Map(Object.entries(found).map(([index, values]) => [Number(index), values]));
  },

  async work(name, seconds) {
    const found = await get(path("work", { name, seconds }));
    return { ...found, histogramOf: found.histogram_of, history: history(found.history), waits: parts(found.waits), culprits: parts(found.culprits, work), victims: parts(found.victims, work), answers: parts(found.answers), blocks: found.blocks.map(block), slow: found.slow.map(kept) };
  },

  async slow(asked) {
    const { items, said } = await get(path("slow", asked));
    return { items: items.map(kept), said };
  },

  async request(id) {
    const found = await get(path("slow/" + encodeURIComponent(id)));
    const { trace, pid, sampled = null, queue = 0, behind = [], spans = [], stacks = [], notes = [] } = found;
    return { ...kept(found), trace, pid, sampled, queue, behind, spans: tree(spans), marks: (found.marks || []).map((mark) => ({ ...mark, text: mark.text || mark.kind })), stacks: stacks.map(stack), notes, noStacks: found.no_stacks || "No stack was seen while it ran: they are taken of what holds the loop, and of what is recorded." };
  },

  async loop(seconds, work) {
    const found = await get(path("loop", { seconds, work }));
    return { processes: found.processes.map(process), late: found.late || [], lateOf: found.late_of || "", blocks: found.blocks.map(block), blocksOf: found.blocks_of || "" };
  },

  async greenlets(pid) {
    const found = await get(path("greenlets", { pid }));
    return { said: found.said, notes: found.notes || [], groups: found.groups.map((each, index) => ({ ...each, id: `${index} ${each.state} ${each.place}`, longest: each.longest ?? null, works: each.works || [] })) };
  },

  startProfile: (asked) => post("api/profile", { ...asked, client: live.client }),
  profile: (id) => get(path("profile/" + encodeURIComponent(id))),
  stopProfile: (id) => remove(path("profile/" + encodeURIComponent(id))),
  profileUrl: (id, ending) => `api/profile/${encodeURIComponent(id)}.${ending}`,
};

function history({ at, step, p50, p99, ...rest }) {
  const length = p99.length;
  return { times: Array.from({ length }, (_, index) => at + index * step), clocks: rest, p50, p99 };
}

// [name, seconds each second or a count, text of it] with shares of all.
function parts(list, href = null) {
  const whole = list.reduce((sum, [, value]) => sum + value, 0);
  return list.map(([name, value, text = ""]) => ({ name, share: whole ? value / whole : 0, text, href: href && !name.startsWith("(") && name !== "__overflow__" ? href(name) : null }));
}

const kept = (each) => ({ id: each.id, at: each.at, work: each.work, seconds: each.seconds, status: each.status, failed: each.failed, why: each.why, clocks: clocks(each.clocks) });

function block(each) {
  return {
    id: each.id, at: each.at, seconds: each.seconds, ended: each.ended, work: each.work, call: each.call, place: each.place, victims: each.victims, lost: each.lost,
    pid: each.pid, cpu: each.cpu, held: each.held, gil: each.gil, trace: each.trace, names: each.names || [], stacks: (each.stacks || []).map(stack), noStacks: each.no_stacks,
  };
}

const stack = ({ said, at: when, frames, own }) => ({ said: said || (when === undefined ? "" : `after ${duration(when)}`), frames, own });

function process(each) {
  return { id: each.pid + each.name, name: each.name, busy: each.busy, course: each.course, late50: each.late_p50, late99: each.late_p99, cores: each.cores, memory: each.memory, greenlets: each.greenlets, up: each.up, gone: each.gone, goneAt: each.gone_at, note: each.note };
}

// Spans in the order in which they are drawn: each after its parent, with its depth.
function tree(spans) {
  const ids = new Set(spans.map((span) => span.id));
  const below = new Map();
  for (const span of spans) {
    const parent = ids.has(span.parent) ? span.parent : null;
    below.set(parent, [...(below.get(parent) || []), span]);
  }
  const latestFirst = (list = []) => [...list].sort((a, b) => b.start - a.start);
  const drawn = [];
  const waiting = latestFirst(below.get(null)).map((span) => [span, 0]);
  while (waiting.length) {
    const [span, depth] = waiting.pop();
    drawn.push({ ...span, depth, attributes: Object.entries(span.attributes || {}) });
    waiting.push(...latestFirst(below.get(span.id)).map((kid) => [kid, depth + 1]));
  }
  return drawn;
}
