// Who is there, and when to expect an answer.
import { h, icon, say } from "./dom.js";
import { strings } from "./strings.js";

export function createHeader({ sound, close }) {
  const title = h("h2", { id: "fd-title" });
  const reply = h("p", { id: "fd-reply" });
  const here = h("span", { class: "vh" });
  const faces = h("div", { class: "faces", "aria-hidden": "true" });
  const toggle = h("button", { type: "button", class: "tool", onclick: () => { sound.toggle(); showSound(); } });
  const shut = h("button", { type: "button", class: "tool shut", "aria-label": strings.close, onclick: close }, icon("close"));
  const element = h("header", { class: "head" }, h("div", { class: "who" }, title, reply, here), faces, toggle, shut);

  function showSound() {
    const label = sound.wanted() ? strings.soundOff : strings.soundOn;
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
    toggle.replaceChildren(icon(sound.wanted() ? "soundOn" : "soundOff"));
  }

  function show({ name, title: named, teammates = [], online } = {}, expected = "") {
    say(title, named || strings.chatWith(name));
    say(reply, expected);
    say(here, online ? strings.online : "");
    faces.classList.toggle("here", Boolean(online));
    faces.replaceChildren(...teammates.slice(0, 3).map((teammate) => {
      const face = h("span", {}, teammate.initials);
      face.style.setProperty("--hue", teammate.hue);
      return face;
    }));
  }

  showSound();
  return { element, show, showSound };
}
