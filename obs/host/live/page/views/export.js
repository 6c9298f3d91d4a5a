// Export: what is known as JSON, and all of the last 15 minutes in a file that opens in this same view.

import { h, morph } from "../dom.js";
import { moment } from "../format.js";
import { command } from "./why.js";

export class Export {
  constructor(place, api) {
    Object.assign(this, { api, said: h("span", { class: "dim", role: "status", kept: true }) });
    this.page = h("div", { class: "page export" });
    place.replaceChildren(this.page);
  }

  close() {}

  tell(text) { this.said.textContent = text; }

  draw({ state, now }) {
    const saves = state.mode === "live";
    morph(this.page,
      h("section", { "aria-label": "Incident file" }, h("h3", {}, "Incident file"),
        h("p", {}, saves ? "Everything of the last 15 minutes in one file: numbers, findings, slow requests, blocks with their stacks, the profiles recorded here. It holds names of routes and functions, no bodies and no values." : `This is one, saved ${moment(state.savedAt)}.`),
        saves ? h("p", {}, h("button", { class: "button", onclick: () => this.api.download(this.api.incidentUrl).then(() => this.tell("saved"), (error) => this.tell(error.message)) }, "Save an incident file"), " ", this.said) : "",
        h("p", {}, "It opens in this same view, offline: ", command("obs view incident.json.gz"))),
      h("section", { "aria-label": "JSON" }, h("h3", {}, "Any view as JSON"), h("ul", { class: "urls" }, ...this.api.urls.map(({ text, url }) => h("li", {}, h("button", { onclick: () => this.api.download(url).catch((error) => this.tell(error.message)) }, text), h("code", { class: "dim" }, url))))),
      h("section", { "aria-label": "Profiles" }, h("h3", {}, "Profiles"), h("p", {}, "Record one on a work's page: it is there in every format. From a terminal: ", command(`obs profile --service ${state.service || "NAME"} -o profile.html`))),
      h("section", { "aria-label": "In a terminal" }, h("h3", {}, "The same in a terminal"), h("p", {}, command("obs top"), " ", command("obs blocks"), " ", command("obs cost")), h("p", { class: "dim" }, `Numbers here are of ${moment(now.at)}.`)));
  }

  key() { return false; }

  escape() { return false; }
}
