// Every view, by its key: the one list.

import { Export } from "./views/export.js";
import { Jobs } from "./views/jobs.js";
import { Loop } from "./views/loop.js";
import { Now } from "./views/now.js";
import { Slow } from "./views/slow.js";
import { Why } from "./views/why.js";
import { Work } from "./views/work.js";

// name: in the address; key: none for what only links lead to; View: draw(live, params), key(event), escape(), close().
export const VIEWS = [
  { name: "now", title: "Now", key: "1", View: Now },
  { name: "why", title: "Why is it slow", key: "2", View: Why },
  { name: "slow", title: "Slow requests", key: "3", View: Slow },
  { name: "loop", title: "Loop", key: "4", View: Loop },
  { name: "jobs", title: "Jobs", key: "5", View: Jobs },
  { name: "export", title: "Export", key: "6", View: Export },
  { name: "work", title: "One work", key: null, View: Work },
];
