// Numbers and places for people.

const unit = data.diff ? "/s" : "";

function seconds(x) {
  const n = Math.abs(x);
  if (!n) return "0 s" + unit;
  if (n >= 999.5) return Math.round(x).toLocaleString("en") + " s" + unit;
  if (n >= 0.9995) return (n < 99.95 ? Number(x.toPrecision(3)) : Math.round(x)) + " s" + unit;
  if (n >= 0.0009995) return Number((x * 1e3).toPrecision(3)) + " ms" + unit;
  return Number((x * 1e6).toPrecision(3)) + " µs" + unit;
}

function share(part, whole) {
  const p = whole > 0 ? (100 * part) / whole : 0;
  return (p >= 9.95 || !p ? p.toFixed(0) : p >= 0.095 ? p.toFixed(1) : p.toFixed(2)) + "%";
}

const name = (at) => (at.frame < 0 ? state.view : data.frames[at.frame][FUNCTION]);

// Without the functions that a function was defined in; all of its name is in the line at the bottom.
const brief = (text) => text.replace(/^.*<locals>\.(?!<)/, "").replaceAll(".<locals>.", ".");

function place(at) {
  if (at.frame < 0 || origin(at.frame) === "work" || origin(at.frame) === "on") return "";
  const line = hottestLine(at);
  return data.frames[at.frame][FILE] + (line ? ":" + line : "");
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);
