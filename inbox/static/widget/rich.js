// A teammate's html, rebuilt from an allow-list. The server has cleaned it already; this does not depend on that.
const KEEP = new Set("A B BLOCKQUOTE BR CODE DEL EM I LI OL P PRE S STRONG U UL".split(" "));
const DROP = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED SVG MATH NOSCRIPT TEXTAREA SELECT HEAD TITLE".split(" "));

export function rich(html) {
  const fragment = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(html, "text/html").body, fragment);
  return fragment;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE && !DROP.has(node.nodeName.toUpperCase())) {
      const element = KEEP.has(node.nodeName) ? document.createElement(node.nodeName) : null;
      if (node.nodeName === "A") link(element, node.getAttribute("href"));
      copy(node, element || to);
      if (element) to.append(element);
    }
  }
}

function link(element, href) {
  let address;
  try { address = new URL(href); } catch { return; }
  if (!["http:", "https:", "mailto:"].includes(address.protocol)) return;
  element.href = address.href;
  element.rel = "noopener nofollow";
  element.target = "_blank";
}
