// Lists of stack frames, the innermost first; the service's own are marked.

import { h } from "./dom.js";

// The host has cut the folder of installed packages off: these are the usual ones below every service's own code.
const FOREIGN = /site-packages|dist-packages|\/lib\/python|<obs>|<frozen|(^|[ (])(flask|werkzeug|gunicorn|gevent|huey|celery|kombu|billiard|rq|dramatiq|sqlalchemy|redis|requests|urllib3|opentelemetry|threading\.py|obs)(\/|\b)/;

// frames: text, or {text, own}.
export function frames(list, most = 12) {
  if (!list.length) return h("p", { class: "dim" }, "No stack was seen.");
  const rows = list.slice(0, most).map((frame) => {
    const text = typeof frame === "string" ? frame : frame.text;
    const own = typeof frame === "string" ? !FOREIGN.test(frame) : frame.own;
    return h("li", { class: own ? "own" : "" }, text);
  });
  const rest = list.length - rows.length;
  return h("ol", { class: "frames" }, ...rows, rest > 0 ? h("li", { class: "dim" }, `and ${rest} below`) : "");
}
