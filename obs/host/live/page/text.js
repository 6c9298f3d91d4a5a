// Names of others as text that can be read: routes, headers and attributes may hold anything.

const LONGEST = 300;
// Controls, line separators, what has no width, and what turns the direction of text around (UAX #9).
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

// What stands for a character that can't be seen: ␀ of the C0 controls, its number of the others.
function picture(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

// Text as it may be shown: "most" characters of it, and how many there are in all.
export function shown(text, most = LONGEST) {
  const whole = String(text);
  const head = whole.length > most ? whole.slice(0, most) : whole;
  const seen = head.toWellFormed ? head.toWellFormed().replace(UNSEEN, picture) : head.replace(UNSEEN, picture);
  return whole.length > most ? `${seen}… (${whole.length.toLocaleString("en")} characters)` : seen;
}
