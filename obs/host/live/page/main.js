// The page: connects to the host, draws the view that the address names, and hears the keyboard.

import { read } from "./address.js";
import { api } from "./api.js";
import { Help } from "./help.js";
import { live } from "./model.js";
import { connect } from "./stream.js";
import { start as colours } from "./theme.js";
import { Top } from "./top.js";
import { VIEWS } from "./views.js";

const top = new Top();
const help = new Help();
const place = document.getElementById("view");
let view = null, called = null;

const redraw = () => draw();

function draw() {
  const params = read();
  top.draw(live, params);
  if (!live.now) return void top.nothing(place, live);
  const wanted = VIEWS.find(({ name }) => name === params.view) || VIEWS[0];
  if (wanted !== called) open(wanted);
  view.draw(live, params);
  document.title = `${live.state.service || "obs"}: ${params.view === "work" ? params.name : wanted.title}`.slice(0, 200);
}

function open(wanted) {
  view?.close();
  place.className = wanted.name;
  view = new wanted.View(place, api, redraw);
  called = wanted;
  place.scrollTop = 0;
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.matches("input[type=search]");
  if (event.key === "Escape") {
    if (typing && !event.target.value) event.target.blur();
    if (view?.escape()) event.preventDefault();
  } else if (typing && event.key === "Enter") { event.target.blur(); view?.key(new KeyboardEvent("keydown", { key: "j" })); }
  else if (typing) return;
  else if (event.key === "?") help.show();
  else if (VIEWS.find((each) => each.key === event.key)) location.hash = `#${VIEWS.find((each) => each.key === event.key).name}`;
  else if (view?.key(event)) event.preventDefault();
}

colours(document.getElementById("theme"));
document.getElementById("help").addEventListener("click", () => help.show());
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); place.focus(); });
document.addEventListener("keydown", keys);
addEventListener("hashchange", draw);
addEventListener("looked", draw);
draw();
connect(live, draw);
