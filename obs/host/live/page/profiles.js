// A profile's data, its names fit to be shown: the flame graph puts them on the page as they are.

import { shown } from "./text.js";

export function cleaned(data) {
  const frames = data.frames.map(([name, file, origin]) => [shown(name), shown(file), origin]);
  return { ...data, frames, warnings: data.warnings.map((text) => shown(text)) };
}
