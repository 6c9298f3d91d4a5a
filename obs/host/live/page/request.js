// One question to the host. Addresses are relative: the page asks nobody else.

export class Refused extends Error {
  constructor(status, { error, fix }) {
    super(error || `The host answered ${status}.`);
    Object.assign(this, { status, fix });
  }
}

const KEPT = "obs-token";

// The token of the address that `obs run` printed: kept for this window, and taken out of the address.
function token() {
  const given = new URLSearchParams(location.search).get("token") || /^#token=(.+)$/.exec(location.hash)?.[1];
  try {
    if (given) sessionStorage.setItem(KEPT, given);
    if (given) history.replaceState(null, "", location.pathname + (location.hash.startsWith("#token=") ? "" : location.hash));
    return given || sessionStorage.getItem(KEPT);
  } catch { return given; }
}
const TOKEN = token();

// No page of another site can send the first; the second is for who is not this machine's user.
export const HEADERS = { "X-Obs-Live": "1", ...(TOKEN ? { Authorization: `Bearer ${TOKEN}` } : {}) };

async function ask(method, path, body) {
  const options = { method, headers: { ...HEADERS, ...(body ? { "Content-Type": "application/json" } : {}) }, body: body ? JSON.stringify(body) : undefined, cache: "no-store" };
  let answer;
  try { answer = await fetch(path, options); } catch { throw new Refused(0, { error: "The host doesn't answer." }); }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, answer.status === 401 ? { error: "The host wants its token: open the address that `obs run` printed." } : found);
  return found;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

// A path with what is asked for; what is empty is left out.
export function path(name, asked = {}) {
  const kept = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  return `api/${name}${kept.size ? "?" + kept : ""}`;
}

// A file of the host's, kept where the browser keeps what it downloads.
export async function download(path) {
  const answer = await fetch(path, { headers: HEADERS, cache: "no-store" });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || path.split("/").at(-1);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
