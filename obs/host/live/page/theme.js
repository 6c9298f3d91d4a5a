// Dark or light: as the system has it, or as somebody chose.

const NEXT = { auto: "dark", dark: "light", light: "auto" };
const SAID = { auto: "◐ auto", dark: "● dark", light: "○ light" };

function kept() {
  try { return localStorage.getItem("obs-theme") in NEXT ? localStorage.getItem("obs-theme") : "auto"; } catch { return "auto"; }
}

export function start(button) {
  const set = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = SAID[theme];
    button.setAttribute("aria-label", `Colours: ${theme}. Change to ${NEXT[theme]}`);
    try { localStorage.setItem("obs-theme", theme); } catch { /* a browser that keeps nothing */ }
    dispatchEvent(new Event("recoloured"));
  };
  button.addEventListener("click", () => set(NEXT[document.documentElement.dataset.theme]));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("recoloured")));
  set(kept());
}

// A colour of the palette as a canvas takes it.
export function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
