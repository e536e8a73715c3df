// Where the visitor writes. What is typed survives everything short of sending it or discarding it.
import { h, icon, say } from "./dom.js";
import { strings } from "./strings.js";

const LONGEST = 20_000;
const COUNT_FROM = 19_000;
const TYPING_EVERY = 3000;

// Control characters cannot be stored or shown, and come in by pasting; half a surrogate pair is not text either.
export function clean(text) {
  const sound = text.toWellFormed ? text.toWellFormed() : text;
  return sound.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "").trim();
}

// The server counts code points, a string's length counts halves of them.
const lengthOf = (text) => (text.length < COUNT_FROM ? text.length : [...text].length);

export class Composer {
  #typedAt = 0;

  constructor(widget, { send, typing }) {
    this.tab = widget.tab;
    this.on = { send, typing };
    this.count = h("p", { class: "count", role: "status", id: "fd-count", hidden: true });
    this.field = h("textarea", {
      rows: 1, dir: "auto", placeholder: strings.placeholder, "aria-label": strings.messageLabel, "aria-describedby": "fd-count",
      enterkeyhint: "send", autocomplete: "off",
      oninput: () => this.#changed(true),
      onkeydown: (event) => this.#key(event),
    });
    this.button = h("button", { type: "submit", class: "go", "aria-label": strings.send }, icon("send"));
    this.element = h("form", { class: "say", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      this.count, this.field, this.button);
    this.field.value = this.tab.get("draft") || "";
  }

  // Once it is on the page, and whenever it is shown again: a hidden field has no height.
  fit() { this.#changed(false); }

  focus() { this.field.focus({ preventScroll: true }); }

  // A refused message comes back to be changed; what was being written stays, below it.
  put(text) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.#changed(true);
    this.focus();
  }

  clear() {
    this.field.value = "";
    this.#changed(false);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = clean(this.field.value);
    if (!text || lengthOf(text) > LONGEST) return;
    this.clear();
    this.focus();
    this.#typedAt = 0;
    this.on.send(text);
  }

  #changed(byHand) {
    const { field, button, count } = this;
    const text = field.value;
    if (text) this.tab.set("draft", text);
    else this.tab.remove("draft");
    field.style.height = "auto";
    if (field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
    const length = lengthOf(text);
    button.disabled = !text.trim() || length > LONGEST;
    count.hidden = length < COUNT_FROM;
    count.classList.toggle("over", length > LONGEST);
    say(count, length < COUNT_FROM ? "" : length > LONGEST ? strings.over(length - LONGEST) : strings.left(LONGEST - length));
    if (byHand && text.trim() && Date.now() - this.#typedAt >= TYPING_EVERY) {
      this.#typedAt = Date.now();
      this.on.typing();
    }
  }
}
