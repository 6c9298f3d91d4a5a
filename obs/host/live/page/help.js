// What keys and words mean.

import { h, morph } from "./dom.js";
import { CLOCKS, MEANS } from "./pictures.js";
import { VIEWS } from "./views.js";

const KEYS = [
  ["/", "filter, or search a trace id"],
  ["j k", "the next and the previous row; Enter opens it"],
  ["u g", "the clocks of each, per second or as shares; a row is a work, a feature or a team"],
  ["p", "record the flame graphs of an opened work"],
  ["← ↑ → ↓", "walk in a flame graph; Enter zooms"],
  ["Esc", "one step back: filter, zoom, opened request or work"],
  ["?", "this"],
];
const DO = { cpu: "make it cheaper", held: "unblock it: everybody else stands still meanwhile", delay: "look at the culprit, not at this one", wait: "see what it waits for" };
const WORDS = [
  ["work", "a request by its route, or a job by its name"],
  ["late", "how long the loop let ready greenlets wait"],
  ["blocked", "part of the time in which one piece of work held a loop for over 20 ms"],
  ["stands behind", "whose running it had to wait out, though it was ready"],
  ["–", "not known"],
];

export class Help {
  constructor() {
    this.box = document.getElementById("keys");
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  get open() { return this.box.open; }

  show() {
    const list = (pairs, mark = (word) => word) => h("dl", {}, ...pairs.flatMap(([word, means]) => [h("dt", {}, mark(word)), h("dd", {}, means)]));
    const keyed = (word) => h("kbd", {}, word);
    morph(this.box,
      h("div", { class: "brand" }, h("h2", { id: "keys-title" }, "Keys and words"), h("span", { class: "grow" }), h("button", { onclick: () => this.box.close() }, "Close")),
      list([...VIEWS.filter(({ key }) => key).map(({ key, title }) => [key, title]), ...KEYS], keyed),
      h("h3", {}, "A duration is the sum of four clocks"), list(CLOCKS.map((name) => [name, `${MEANS[name]}: ${DO[name]}`]), (name) => h("b", { class: `clock ${name}` }, name)),
      h("h3", {}, "Words"), list(WORDS));
    this.box.showModal();
  }
}
