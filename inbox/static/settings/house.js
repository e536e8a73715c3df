// <accent-field>: a colour written as #rrggbb beside the browser's own picker; each follows the other.
customElements.define("accent-field", class extends HTMLElement {
  connectedCallback() {
    const picker = this.querySelector("input[type=color]");
    const text = this.querySelector("input[type=text]");
    text.addEventListener("input", () => {
      const colour = text.value.trim().toLowerCase();
      if (/^#[0-9a-f]{6}$/.test(colour)) picker.value = colour;
    });
    picker.addEventListener("input", () => {
      text.value = picker.value;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
});
