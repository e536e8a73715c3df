// On a phone the panel is the whole screen: it stays above the keyboard, and the Tab key stays in it.
const phone = matchMedia("(max-width: 479px)");

export function fillPhone(panel) {
  const fit = () => {
    panel.setAttribute("aria-modal", String(phone.matches));
    const seen = phone.matches && window.visualViewport;
    panel.style.height = seen ? `${seen.height}px` : "";
    panel.style.top = seen ? `${seen.offsetTop}px` : "";
  };
  phone.addEventListener("change", fit);
  window.visualViewport?.addEventListener("resize", fit);
  window.visualViewport?.addEventListener("scroll", fit);
  panel.addEventListener("keydown", (event) => phone.matches && event.key === "Tab" && loop(panel, event));
  fit();
}

function loop(panel, event) {
  const stops = [...panel.querySelectorAll("a[href], button:not(:disabled), textarea, [tabindex='0']")].filter((one) => one.offsetParent);
  const focused = panel.getRootNode().activeElement;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (focused !== edge && focused !== panel) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

export const onPhone = () => phone.matches;
