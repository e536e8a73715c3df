// Elements without innerHTML, so that no Content-Security-Policy or Trusted Types policy of the page is in the way.
const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// Lucide, by path.
const paths = {
  send: ["M12 19V5", "m5 12 7-7 7 7"],
  down: ["M12 5v14", "m19 12-7 7-7-7"],
  close: ["M18 6 6 18", "m6 6 12 12"],
  chat: ["M7.9 20A9 9 0 1 0 4 16.1L2 22Z"],
  alert: ["M12 8v4", "M12 16h.01", "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Z"],
  soundOn: ["M11 5 6 9H2v6h4l5 4z", "M15.5 8.500a5 5 0 0 1 0 7", "M19 5a10 10 0 0 1 0 14"],
  soundOff: ["M11 5 6 9H2v6h4l5 4z", "m22 9-6 6", "m16 9 6 6"],
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// Set only what differs: an untouched node is not announced again, and keeps focus and selection.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
