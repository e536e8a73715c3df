// What every page of the settings shares: copying, asking before what cannot be undone.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button?.addEventListener("click", () => this.copy());
  }

  // `data-from` is the id of the element whose text (or value) is copied.
  async copy() {
    const source = document.getElementById(this.dataset.from);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
      this.say("Copied");
    } catch {
      // No clipboard without HTTPS: the text is selected, and the person copies it.
      getSelection().selectAllChildren(source);
      this.say("Press Ctrl C");
    }
  }

  say(word) {
    const label = this.button.textContent;
    this.button.textContent = word;
    setTimeout(() => { this.button.textContent = label; }, 1600);
  }
});

// <form data-confirm="…">: a dialog asks first. `data-yes` and `data-no` are the words of its buttons.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset?.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  const text = document.createElement("p");
  text.textContent = form.dataset.confirm;
  text.id = "confirm-text";
  dialog.setAttribute("aria-labelledby", text.id);
  const no = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: form.dataset.no || "Keep it" });
  const yes = Object.assign(document.createElement("button"), { type: "button", className: "btn danger", textContent: form.dataset.yes || "Yes" });
  const row = document.createElement("div");
  row.className = "sheet-actions";
  row.append(no, yes);
  dialog.append(text, row);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => { form.dataset.confirmed = "yes"; dialog.close(); form.requestSubmit(event.submitter); });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  no.focus();
});
