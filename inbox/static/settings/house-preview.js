// <widget-preview>: the real panel, drawn with what stands in the form. It has no line and asks nobody: nothing is sent.
import { h } from "../widget/dom.js";
import { mount } from "../widget/panel.js";

// The frame stands for the visitor's window. Where the panel and the launcher stand in it is the loader's business in
// earnest (widget/loader.js); here they keep to the frame.
const frame = new CSSStyleSheet();
frame.replaceSync(`
  :host { display: block; position: relative; contain: strict; overflow: hidden; }
  .stage, .stage * { box-sizing: border-box; }
  .stage .panel { position: absolute; inset: 16px 16px 84px auto !important; width: min(320px, calc(100% - 32px)) !important; height: auto !important; border-radius: 16px; animation: none; }
  .stage.left .panel { inset: 16px auto 84px 16px !important; }
  .stage .panel .shut { display: none; }
  .stage .panel .tool { width: 32px; height: 32px; min-width: 0; }
  .launch { position: absolute; bottom: 16px; right: 16px; width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); box-shadow: 0 8px 24px #0b0f1f40; }
  .left .launch { right: auto; left: 16px; }
  .launch svg { width: 24px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
  [hidden] { display: none !important; }`);

const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

// Kept nowhere.
function memory() {
  const kept = new Map();
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => kept.set(name, value),
    remove: (name) => kept.delete(name),
    names: () => [...kept.keys()],
    clear: () => kept.clear(),
  };
}

customElements.define("widget-preview", class extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    this.saved = JSON.parse(this.dataset.looks);
    const stand = h("div", { class: "stand", inert: true, "aria-hidden": "true" });
    const root = stand.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [];
    const box = h("div", { class: "stage", lang: "en", dir: "ltr" });
    const button = h("span", { class: "launch" });
    button.innerHTML = '<svg viewBox="0 0 24 24"><path d="m6 9 6 6 6-6"/></svg>';
    box.append(button);
    root.append(box);
    this.append(stand);
    this.panel = mount(this.widget(root, box, button));
    // Last, so that it stands above the panel's own sheet.
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, frame];
    this.panel.open({ focus: false });
    this.form.addEventListener("input", () => this.changed());
  }

  // What the loader hands to the panel, with no server behind it.
  widget(root, box, button) {
    const quiet = { start() {}, stop() {}, wake() {}, send: () => false };
    return {
      key: "preview", home: location.origin, prefix: "frontdesk:preview:", root, box, button, luminance, line: quiet,
      local: memory(), tab: memory(), warn() {}, badge() {}, label() {}, opened: false, look: this.looks(),
      // The panel asks anew when its user is another one.
      user: () => ({ external_id: JSON.stringify(this.looks()) }),
      ask: async () => ({ status: 200, body: { visitor: "preview", conversation: null, expected_reply: this.saved.expected, workspace: this.looks() } }),
      paint({ accent, side }) {
        const white = 1.05 / (luminance(accent) + 0.05) >= 4.5;
        box.classList.toggle("left", side === "left");
        box.style.setProperty("--accent", accent);
        box.style.setProperty("--on-accent", white ? "#fff" : "#000");
        return accent;
      },
    };
  }

  // The saved looks with the form's words over them. A colour that is not yet written out leaves the last one.
  looks() {
    const { title, greeting, side, accent } = Object.fromEntries(new FormData(this.form));
    if (/^#[0-9a-f]{6}$/i.test(accent.trim())) this.saved.accent = accent.trim();
    return { ...this.saved, title: title.trim(), greeting: greeting.trim(), side };
  }

  changed() {
    this.panel.identify();
  }
});
