// <business-week>: spans are added, removed and copied to other days. <holiday-list>: the same for holidays.
const say = (element, words) => { element.querySelector("[data-said]").textContent = words; };
const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const clock = (n) => `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`;

customElements.define("business-week", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", (event) => event.target.name === "when" && this.show());
    this.addEventListener("input", (event) => event.target.removeAttribute("aria-invalid"));
    this.addEventListener("keydown", (event) => {
      const menu = event.key === "Escape" && event.target.closest("details[open]");
      if (!menu) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    // A menu closes when the next thing is begun.
    document.addEventListener("click", ({ target }) => {
      for (const menu of this.querySelectorAll("details[open]")) if (!menu.contains(target)) menu.open = false;
    });
    this.show();
  }

  // A week that was never set begins as an office's would: quicker to change than to write.
  show() {
    const chosen = this.querySelector("[name=when]:checked").value === "week";
    const days = [...this.querySelectorAll("[data-day]")];
    if (chosen && !this.querySelector("[data-span]")) days.slice(0, 5).forEach((day) => this.add(day));
    this.querySelector(".week").hidden = !chosen;
    // What is not shown is neither sent nor checked.
    days.forEach((day) => { day.disabled = !chosen; });
  }

  clicked({ target }) {
    const day = target.closest("[data-day]");
    if (!day) return;
    if (target.closest("[data-add]")) this.more(day);
    if (target.closest("[data-remove]")) this.remove(day, target.closest("[data-span]"));
    if (target.closest("[data-weekdays]")) this.choose(day, ["mon", "tue", "wed", "thu", "fri"]);
    if (target.closest("[data-copy]")) this.copy(day);
  }

  add(day, from, to) {
    const span = this.querySelector(`template[data-for="${day.dataset.day}"]`).content.querySelector("[data-span]").cloneNode(true);
    const [start, end] = span.querySelectorAll("input");
    if (from !== undefined) [start.value, end.value] = [from, to];
    const box = day.querySelector("[data-spans]");
    box.insertBefore(span, box.querySelector(".closed"));
    return start;
  }

  // After a break of an hour, as long as the day allows.
  more(day) {
    const last = [...day.querySelectorAll("[data-span]")].at(-1)?.querySelectorAll("input")[1].value;
    if (!last) this.add(day).focus();
    else {
      const from = Math.min(minutes(last) + 60, 23 * 60);
      this.add(day, clock(from), clock(Math.min(from + 240, 24 * 60) % 1440)).focus();
    }
    say(this, `Hours added to ${day.dataset.name}.`);
  }

  remove(day, span) {
    span.remove();
    (day.querySelector("[data-remove]") || day.querySelector("[data-add]")).focus();
    say(this, day.querySelector("[data-span]") ? "Removed." : `${day.dataset.name} is closed.`);
  }

  choose(day, keys) {
    for (const box of day.querySelectorAll(".copy-to input")) box.checked = keys.includes(box.value);
  }

  copy(day) {
    const menu = day.querySelector(".copy");
    const spans = [...day.querySelectorAll("[data-span]")].map((span) => [...span.querySelectorAll("input")].map((input) => input.value));
    const names = [];
    for (const { value, checked } of menu.querySelectorAll("input")) {
      if (!checked) continue;
      const other = this.querySelector(`[data-day="${value}"]`);
      other.querySelectorAll("[data-span]").forEach((span) => span.remove());
      spans.forEach(([from, to]) => this.add(other, from, to));
      names.push(other.dataset.name);
    }
    this.choose(day, []);
    menu.open = false;
    menu.querySelector("summary").focus();
    say(this, names.length ? `${day.dataset.name} copied to ${names.join(", ")}.` : "No day was chosen.");
  }
});

customElements.define("holiday-list", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector("[data-rows]");
    this.addEventListener("click", ({ target }) => {
      if (target.closest("[data-add]")) this.add();
      if (target.closest("[data-remove]")) this.remove(target.closest("[data-holiday]"));
    });
  }

  add() {
    const row = this.querySelector("template").content.querySelector("[data-holiday]").cloneNode(true);
    this.rows.append(row);
    row.querySelector("input").focus();
  }

  remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (next?.querySelector("[data-remove]") || this.querySelector("[data-add]")).focus();
    say(this, "Removed.");
  }
});
