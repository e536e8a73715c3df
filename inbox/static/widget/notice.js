// One quiet line above the composer. It waits a moment, so that a hiccup is not shown at all.
import { h } from "./dom.js";

const PATIENCE = 1500;

export function createNotice() {
  const element = h("p", { class: "notice", role: "status", hidden: true });
  let timer = 0;
  let wanted = "";

  function show(text, { at = PATIENCE, until = 0 } = {}) {
    if (text === wanted) return;
    wanted = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
      element.textContent = text;
      element.hidden = !text;
      if (until) timer = setTimeout(() => show("", { at: 0 }), until);
    }, text ? at : 0);
  }

  return { element, show, clear: () => show("") };
}
