// Numbers for people, as `obs top` has them (obs/host/table.py): what isn't known is a dash.

const NONE = "–";
const known = (x) => x !== null && x !== undefined && !Number.isNaN(x);

// 2.3 ms, 123 ms, 1.25 s, 93 s, 2.1 min
export function duration(x) {
  if (!known(x)) return NONE;
  if (!x) return "0 ms";
  if (x < 0) return `−${duration(-x)}`; // before the beginning of what is looked at
  if (x < 0.0000995) return `${(x * 1e6).toFixed(0)} µs`;
  if (x < 0.00995) return `${(x * 1000).toFixed(1)} ms`;
  if (x < 0.9995) return `${(x * 1000).toFixed(0)} ms`;
  return x < 9.995 ? `${x.toFixed(2)} s` : x < 120 ? `${x.toFixed(0)} s` : age(x);
}

// 0.5 s, 12 s, 3 min, 5 h, 2 d
export function age(x) {
  if (!known(x)) return NONE;
  for (const [unit, name] of [[86400, "d"], [3600, "h"], [60, "min"]]) if (x >= 2 * unit) return `${Math.round(x / unit)} ${name}`;
  return x >= 9.95 ? `${x.toFixed(0)} s` : `${x.toFixed(1)} s`;
}

export const rate = (x) => (known(x) ? (x >= 99.95 ? count(x) : x && x < 0.05 ? "<0.1" : x.toFixed(1)) + "/s" : NONE);

export function share(x) {
  if (!known(x)) return NONE;
  if (!x) return "0%";
  if (x < 0.001) return "<0.1%";
  return x < 0.0995 ? `${(x * 100).toFixed(1)}%` : `${(x * 100).toFixed(0)}%`;
}

export const count = (x) => (known(x) ? Math.round(x).toLocaleString("en") : NONE);

// Seconds each second: of cpu that is cores.
export const cores = (x) => (known(x) ? (!x ? "0" : x < 0.0995 ? x.toFixed(3) : x < 9.995 ? x.toFixed(2) : count(x)) : NONE);

export function bytes(x) {
  if (!known(x)) return NONE;
  for (const [unit, name] of [[2 ** 30, "GB"], [2 ** 20, "MB"], [1024, "kB"]]) if (x >= unit) return `${(x / unit).toFixed(x / unit < 10 ? 1 : 0)} ${name}`;
  return `${x} B`;
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
export const clock = (at) => (known(at) ? TIME.format(at * 1000) : NONE);
export const moment = (at) => (known(at) ? DAY.format(at * 1000) : NONE);
export const clockExact = (at) => (known(at) ? `${clock(at)}.${String(Math.floor((at % 1) * 1000)).padStart(3, "0")}` : NONE);

// From which on a number is marked: what people notice, and what they complain about (obs/host/table.py).
const tone = (noticed, bad) => (x) => (!known(x) || x < noticed ? "" : x < bad ? "notice" : "bad");
export const slow = tone(0.1, 0.25);
export const queued = tone(5, 60);
export const blocked = tone(0.01, 0.1);
export const failing = (x) => (x ? "bad" : "");
export const plural = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;
