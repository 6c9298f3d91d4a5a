// The host's events, and what to do when they stop: say since when, and try again.
// Read with fetch: an EventSource can't send the headers that the host wants.

import { take } from "./model.js";
import { get, HEADERS, Refused } from "./request.js";

const SILENCE = 25_000; // milliseconds without a word after which the connection counts as lost; the host speaks each 10 s
const FIRST = 500, LONGEST = 8_000; // milliseconds between tries
const GONE = new Set([401, 403]);

// changed(): something of "live" is new.
export function connect(live, changed) {
  let wait = FIRST, heard = Date.now(), going = null, over = false;

  async function begin() {
    going = new AbortController();
    const mine = going;
    try {
      take.state(live, await get("api/state"));
      await listen(mine.signal);
      lost(null, mine);
    } catch (error) { lost(error, mine); }
  }

  async function listen(signal) {
    const answer = await fetch("api/events", { headers: HEADERS, signal, cache: "no-store" });
    if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard = Date.now();
      wait = FIRST;
      const parts = (text + value).split("\n\n");
      text = parts.pop();
      parts.forEach(hear);
    }
  }

  function hear(part) {
    const lines = part.split("\n");
    const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
    const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
    if (!take[name] || !data) return;
    take[name](live, JSON.parse(data));
    if (name === "gone") over = true;
    if (name === "now") live.link = "live";
    if (name !== "works" && name !== "alive") changed();
  }

  function lost(error, mine) {
    if (mine !== going || over) return;
    going = null;
    mine.abort();
    if (live.state?.mode === "file" && live.now) return;
    if (live.link !== "lost") live.lostAt = heard;
    live.link = GONE.has(error?.status) ? "gone" : "lost";
    live.said = [error?.message, error?.fix].filter(Boolean).join(": ");
    if (live.link === "lost") { setTimeout(begin, wait); wait = Math.min(wait * 2, LONGEST); }
    changed();
  }

  setInterval(() => { if (going && live.state?.mode !== "file" && Date.now() - heard > SILENCE) lost(null, going); }, 1000);
  addEventListener("pagehide", () => { const mine = going; going = null; mine?.abort(); });
  addEventListener("pageshow", (event) => { if (event.persisted) begin(); });
  begin();
}
