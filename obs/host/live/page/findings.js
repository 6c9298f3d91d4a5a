// A finding as it is shown: its words, how bad it is, and where its evidence is.

import { link } from "./address.js";
import { duration, rate, share } from "./format.js";

const UNITS = { seconds: duration, ratio: share, per_second: rate, text: String };

export function findingOf(found) {
  const evidence = (found.evidence || []).map(({ label, view, ...params }) => ({ label, view, params }));
  return {
    id: found.id, tone: found.severity >= 0.5 ? "hot" : "warm", text: found.text, why: found.why, since: found.since, remedy: found.remedy, command: found.command, evidence,
    figures: (found.figures || []).map(({ label, value, unit }) => ({ label, value: (UNITS[unit] || String)(value) })),
    href: evidence.length ? link(evidence[0].view, evidence[0].params) : "#why",
  };
}
