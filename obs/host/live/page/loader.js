// What a view asks the host for beside the stream: one answer at a time, and what to say while there is none.

import { h } from "./dom.js";

export class Loader {
  constructor(draw) { Object.assign(this, { draw, value: null, error: null, loading: false, turn: 0 }); }

  // ask(): a promise. What was shown stays until the answer is here; an older answer is dropped.
  async load(ask, { fresh = false } = {}) {
    const turn = ++this.turn;
    this.loading = true;
    if (fresh) { this.value = this.error = null; this.draw(); }
    try {
      const value = await ask();
      if (turn === this.turn) Object.assign(this, { value, error: null });
    } catch (error) {
      if (turn === this.turn) this.error = error;
    }
    if (turn === this.turn) { this.loading = false; this.draw(); }
  }

  close() { this.turn++; }

  // What to show in place of the value; null if there is one.
  said() {
    if (this.value) return null;
    return this.error ? h("p", { class: "empty bad" }, this.error.message, this.error.fix ? [h("br"), this.error.fix] : "") : h("p", { class: "empty busy" }, "Asking the host");
  }
}
