// Numbers and places for people; elements with text in them.

// Times in the unit that fits; of a comparison, "per" is "/s".
export function seconds(x, per = "") {
  const n = Math.abs(x);
  if (!n) return "0 s" + per;
  if (n >= 999.5) return Math.round(x).toLocaleString("en") + " s" + per;
  if (n >= 0.9995) return (n < 99.95 ? Number(x.toPrecision(3)) : Math.round(x)) + " s" + per;
  if (n >= 0.0009995) return Number((x * 1e3).toPrecision(3)) + " ms" + per;
  return Number((x * 1e6).toPrecision(3)) + " µs" + per;
}

export function share(part, whole) {
  const p = whole > 0 ? (100 * part) / whole : 0;
  return (p >= 9.95 || !p ? p.toFixed(0) : p >= 0.095 ? p.toFixed(1) : p.toFixed(2)) + "%";
}

// Without the functions that a function was defined in; all of its name is in the line at the bottom.
export const brief = (text) => text.replace(/^.*<locals>\.(?!<)/, "").replaceAll(".<locals>.", ".");

// Attributes are text; "onclick" and the like are functions. Children are text or elements: never markup.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);
