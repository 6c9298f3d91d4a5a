// What somebody looks at is in the address after #: view?what=…, so that a link leads to it.

// {view, ...} of the address; values are text.
export function read() {
  const [view, rest = ""] = location.hash.slice(1).split(/\?(.*)/s);
  return { view, ...Object.fromEntries(new URLSearchParams(rest)) };
}

export function link(view, params = {}) {
  const kept = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  return `#${view}${kept.size ? "?" + kept : ""}`;
}

export const go = (view, params) => { location.hash = link(view, params); };

// The same view, looked at otherwise: not a step that "back" goes through.
export function change(changes) {
  const { view, ...params } = { ...read(), ...changes };
  history.replaceState(null, "", link(view, params));
  dispatchEvent(new Event("looked"));
}
