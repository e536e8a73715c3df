// One message. The element stays while its message goes from Sending… to Sent to Read, so nothing jumps or is read out twice.
import { clockTime } from "./clock.js";
import { h, icon, say } from "./dom.js";
import { rich } from "./rich.js";
import { strings } from "./strings.js";

const FIELDS = ["state", "first", "meta", "name", "text", "html", "at", "error", "id"];

export class Row {
  #shown = {};

  constructor({ edit, discard }) {
    this.on = { edit, discard };
    this.name = h("p", { class: "name" });
    this.bubble = h("div", { class: "bubble", dir: "auto" });
    this.meta = h("p", { class: "meta" });
    this.element = h("div", { class: "row" }, this.name, this.bubble, this.meta);
  }

  update(item) {
    const before = this.#shown.item || {};
    if (FIELDS.every((field) => before[field] === item[field])) return;
    this.#shown.item = item;
    const { element, name, bubble, meta } = this;
    const failed = item.state === "failed";
    element.className = ["row", item.mine ? "me" : "them", item.first && "first", failed && "failed", item.state === "sending" && "sending"].filter(Boolean).join(" ");
    element.dataset.state = item.state || "";
    name.hidden = !item.first;
    name.classList.toggle("vh", item.mine); // whose it is shows by its side; said aloud all the same
    say(name, item.mine ? strings.you : item.name);
    this.#fill(bubble, item);
    meta.hidden = !item.meta;
    if (item.meta) this.#status(meta, item, failed);
  }

  #fill(bubble, { text, html, mine }) {
    const source = mine ? text : html || text;
    if (this.#shown.source === source) return;
    this.#shown.source = source;
    // Text made into html keeps its spaces; html with paragraphs brings its own layout.
    bubble.classList.toggle("rich", !mine && /<(p|ul|ol|pre|blockquote)\b/i.test(html || ""));
    if (mine || !html) { bubble.replaceChildren(text); return; }
    try {
      bubble.replaceChildren(rich(html));
    } catch { // a page with Trusted Types lets nobody parse
      bubble.classList.remove("rich");
      bubble.replaceChildren(text);
    }
  }

  #status(meta, item, failed) {
    const words = failed
      ? strings.refused[item.error] || strings.refused.other
      : [item.state !== "sending" && clockTime(item.at), item.mine && strings[item.state]].filter(Boolean).join(" · ");
    const shown = `${words}|${failed}`;
    if (this.#shown.meta === shown) return;
    this.#shown.meta = shown;
    meta.replaceChildren(...(failed ? [icon("alert")] : []), h("span", {}, words));
    if (!failed) return;
    meta.append(
      h("button", { type: "button", onclick: () => this.on.edit(item.id) }, strings.edit),
      h("button", { type: "button", onclick: () => this.on.discard(item.id) }, strings.discard),
    );
  }
}
