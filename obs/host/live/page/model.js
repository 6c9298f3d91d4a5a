// What is known of the service: the host's words as the views read them. Docs of both: docs/live-api.md.

import { get, path } from "./request.js";
import { findingOf } from "./findings.js";
import { CLOCKS } from "./pictures.js";

// link: wait, live, lost or gone; now: null until the first numbers.
export const live = { state: null, now: null, notes: [], link: "wait", lostAt: 0, said: "", works: [], rows: new Map(), courses: {} };

const COURSES = 10; // seconds between two questions for the course of the totals
const seconds = (values) => (values ? Object.fromEntries(CLOCKS.map((name, at) => [name, values[at]])) : null);

export const take = {
  state(to, state) {
    const fresh = to.state?.run !== state.run;
    to.state = { ...state, savedAt: state.saved_at };
    to.notes = state.notes || [];
    if (fresh) Object.assign(to, { now: null, works: [], rows: new Map(), courses: {}, coursesAt: 0 });
  },

  works(to, { works }) {
    to.works = works;
    to.rows = new Map();
  },

  now(to, tick) {
    for (const numbers of tick.rows.values) to.rows.set(numbers[0], row(to.works[numbers[0]], numbers, tick.rows.columns));
    if (tick.notes) to.notes = tick.notes;
    const rows = [...to.rows.values()].filter(Boolean);
    to.now = { ...summary(tick), rows, groups: { work: rows, feature: grouped(rows, "feature"), team: grouped(rows, "team") }, courses: to.courses };
    courses(to, tick.at);
  },

  notes(to, { notes }) { to.notes = notes; },

  alive(to, { client }) { to.client = client; }, // what this page begins ends with this stream

  gone(to, { error }) { Object.assign(to, { link: "gone", said: error }); },
};

// The course of the totals, asked for now and then.
async function courses(to, at) {
  if (at - (to.coursesAt || 0) < COURSES) return;
  to.coursesAt = at;
  try {
    to.courses = await get(path("history"));
    if (to.now) to.now.courses = to.courses;
  } catch { /* the stream says whether the host is there */ }
}

function row(work, numbers, columns) {
  if (!work) return null;
  const of = Object.fromEntries(columns.map((name, at) => [name, numbers[at]]));
  return { ...entry(of), key: work.name, index: numbers[0], name: work.name, kind: work.kind, feature: work.feature, team: work.team };
}

function entry(of) {
  const { rate, errors, p50, p99, total, blocked } = of;
  return { rate, errors, p50, p99, total, blocked, queued: of.queued, queued50: of.queued_p50 ?? null, retries: of.retries ?? null, inFlight: of.in_flight, each: seconds(of.clocks), spent: seconds(of.spent) };
}

function summary(tick) {
  const foot = (tick.foot || []).map((each) => ({ ...entry(each), key: each.name, name: each.name, means: each.means, foot: true, class: each.name === "total" ? "total" : "nobody" }));
  return {
    at: tick.at, seconds: tick.seconds, total: entry(tick.total), foot: [...foot, { ...entry(tick.total), key: "total", name: "total", foot: true, class: "total" }],
    loop: { busy: tick.loop.busy, late: tick.loop.late_p99 }, cores: tick.cores, ownCores: tick.own_cores, memory: tick.memory, processes: tick.processes,
    greenlets: Object.entries(tick.greenlets || {}), findings: tick.findings.map(findingOf), findingsOf: tick.findings_of || "", queues: tick.queues.map(queue), slots: tick.jobs,
  };
}

const queue = (each) => ({ ...each, id: `${each.system}\n${each.name}`, up: each.broker_up, course: each.course || null });

// Rows of a feature's or a team's works. Quantiles of several works can't be made of theirs.
function grouped(rows, by) {
  const groups = new Map();
  for (const each of rows) groups.set(each[by] || "", [...(groups.get(each[by] || "") || []), each]);
  return [...groups].map(([name, of]) => together(name || `(no ${by})`, of));
}

function together(name, of) {
  const sum = (value) => of.reduce((all, each) => all + (value(each) || 0), 0);
  const rate = sum((each) => each.rate);
  const spent = Object.fromEntries(CLOCKS.map((clock) => [clock, sum((each) => each.spent?.[clock])]));
  const each = rate ? Object.fromEntries(CLOCKS.map((clock) => [clock, spent[clock] / rate])) : null;
  return { key: name, name, kind: "", rate, errors: rate ? sum((one) => one.rate * one.errors) / rate : 0, p50: null, p99: null, queued: null, total: sum((one) => one.total), inFlight: sum((one) => one.inFlight), blocked: sum((one) => one.blocked), each, spent };
}
