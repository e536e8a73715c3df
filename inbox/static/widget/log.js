// The thread as it is seen: rows kept by key, the place in it, older ones on the way up.
import { dayName } from "./clock.js";
import { h, icon, say } from "./dom.js";
import { Row } from "./row.js";
import { strings } from "./strings.js";

const NEAR = 48; // px from the end that still count as being there

export class Log {
  #rows = new Map();
  #stuck = true;

  constructor({ edit, discard, older, seen }) {
    this.on = { edit, discard, older, seen };
    this.words = h("p", { dir: "auto" });
    this.greeting = h("div", { class: "soft", hidden: true }, icon("chat"), this.words, h("p", { class: "kept" }, strings.kept));
    this.older = h("p", { class: "older", hidden: true }, strings.earlier);
    this.list = h("div", { class: "list" });
    this.typing = h("div", { class: "row them first", hidden: true, "aria-live": "off" },
      h("p", { class: "name" }), h("div", { class: "bubble dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
    // The log itself takes the focus, so that a keyboard can scroll it.
    this.scroller = h("div", { class: "talk", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": strings.thread, tabindex: 0 },
      this.greeting, this.list, this.typing);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd(true) }, icon("down"), h("span"));
    this.element = h("div", { class: "thread" }, this.older, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.scroller);
  }

  get atEnd() { return this.#stuck; }

  render(items, { greeting, loading, complete, unread, history }) {
    const { scroller } = this;
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    // Old messages that come in above are not news.
    scroller.setAttribute("aria-busy", String(history));
    const rows = new Map();
    for (const item of items) {
      const row = this.#rows.get(item.key) || (item.kind === "day" ? makeDay() : new Row(this.on));
      row.update(item);
      rows.set(item.key, row);
    }
    for (const [key, row] of this.#rows) if (!rows.has(key)) row.element.remove();
    this.#rows = rows;
    let next = this.list.firstChild;
    for (const { element } of rows.values()) {
      if (element === next) next = next.nextSibling;
      else this.list.insertBefore(element, next);
    }
    say(this.words, greeting || "");
    this.greeting.hidden = !greeting || !complete;
    this.greeting.classList.toggle("alone", !items.length);
    this.older.hidden = !loading;
    if (this.#stuck) this.toEnd();
    else if (history) scroller.scrollTop = scroller.scrollHeight - fromEnd;
    this.#mark(unread);
    if (history) requestAnimationFrame(() => { scroller.setAttribute("aria-busy", "false"); this.#wantOlder(); });
  }

  showTyping(name) {
    this.typing.hidden = !name;
    if (name) say(this.typing.firstChild, strings.typing(name));
    if (this.#stuck) this.toEnd();
  }

  toEnd(smoothly) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smoothly && !still ? "smooth" : "instant" });
    this.#stuck = true;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (!clientHeight) return; // not shown
    const was = this.#stuck;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#stuck !== was) this.#mark();
    if (this.#stuck) this.on.seen();
    this.#wantOlder();
  }

  #wantOlder() {
    const { clientHeight, scrollTop } = this.scroller;
    if (clientHeight && scrollTop < 240) this.on.older();
  }

  #mark(unread = this.unread || 0) {
    this.unread = unread;
    this.jump.hidden = this.#stuck;
    this.jump.setAttribute("aria-label", unread ? `${strings.latest}, ${strings.latestNew(unread)}` : strings.latest);
    say(this.jump.lastChild, unread ? strings.latestNew(unread) : "");
  }
}

function makeDay() {
  const element = h("p", { class: "day" });
  return { element, update: ({ at }) => say(element, dayName(at)) };
}
