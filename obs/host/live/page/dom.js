// Elements as a function of what is known: h() makes them, morph() changes those on the page into them.
// What a reader has focused, selected or scrolled stays as it is, since the element stays the same.

import { shown } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "rect", "line", "g"]);

// attributes: "onclick" and the like are functions, "style" an object, "key" says which element is the same one later,
// "kept" that its inside is somebody else's. Null and false are left out. Children: text, elements, lists of them.
export function h(tag, attributes = {}, ...children) {
  const made = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false && value !== undefined) put(made, name, value);
  made.append(...flat(children));
  return made;
}

function put(made, name, value) {
  if (name === "key" || name === "kept") made[name] = value;
  else if (name === "style") for (const [property, text] of Object.entries(value)) made.style.setProperty(property, text);
  else if (name.startsWith("on")) listen(made, name.slice(2), value);
  else made.setAttribute(name, value === true ? "" : typeof value === "string" ? shown(value, 2000) : value);
}

function flat(children) {
  return children.flat(4).filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : document.createTextNode(shown(child))));
}

function listen(made, type, does) {
  made.does ||= {};
  if (!made.does[type]) made.addEventListener(type, (event) => made.does[type]?.(event));
  made.does[type] = does;
}

// The children of "place" become these.
export function morph(place, ...children) {
  const had = document.activeElement;
  reconcile(place, flat(children));
  if (had && had !== document.activeElement && had.isConnected && place.contains(had)) had.focus({ preventScroll: true });
}

function reconcile(place, fresh) {
  const keyed = new Map();
  const wanted = new Set(fresh.map((child) => child.key));
  for (const child of [...place.childNodes]) {
    if (child.key === undefined) continue;
    if (wanted.has(child.key)) keyed.set(child.key, child);
    else child.remove();
  }
  let at = place.firstChild;
  for (const child of fresh) {
    const old = child.key !== undefined ? keyed.get(child.key) : at && alike(at, child) ? at : null;
    if (old && alike(old, child)) {
      if (old === at) at = at.nextSibling;
      else place.insertBefore(old, at);
      if (old !== child) update(old, child); // the very same element is as it should be
    } else place.insertBefore(child, at);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}

const alike = (old, child) => old.nodeName === child.nodeName && old.key === child.key;

function update(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) return void (old.data !== fresh.data && (old.data = fresh.data));
  for (const { name } of [...old.attributes]) if (name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.style.cssText !== fresh.style.cssText) old.style.cssText = fresh.style.cssText;
  for (const [type, does] of Object.entries(fresh.does || {})) listen(old, type, does);
  for (const type of Object.keys(old.does || {})) if (!fresh.does?.[type]) delete old.does[type];
  if (fresh.kept) return;
  if (old.nodeName === "INPUT" || old.nodeName === "SELECT") { if (old !== document.activeElement) old.value = fresh.getAttribute("value") ?? ""; }
  reconcile(old, [...fresh.childNodes]);
}
