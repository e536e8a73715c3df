// What the pages of one's own login do beside sending forms.
import "./webauthn.js"

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""

for (const input of document.querySelectorAll("input[data-zone]")) input.value = zone

// <zone-offer data-for="id of a select">: offers the time zone of this device, if another one is chosen.
customElements.define("zone-offer", class extends HTMLElement {
  connectedCallback() {
    this.select = document.getElementById(this.dataset.for)
    this.button = this.querySelector("button")
    if (![...this.select.options].some((option) => option.value === zone)) return
    this.querySelector("b").textContent = zone.replaceAll("_", " ")
    this.button.addEventListener("click", () => {
      this.select.value = zone
      this.select.focus()
      this.show()
    })
    this.select.addEventListener("change", () => this.show())
    this.show()
  }

  show() {
    this.hidden = this.select.value === zone
  }
})

// <save-codes data-from="id of a list">: the lines of the list as a text file.
customElements.define("save-codes", class extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.querySelector("button").addEventListener("click", () => {
      const lines = [...document.querySelectorAll(`#${this.dataset.from} li`)].map((line) => line.textContent.trim())
      const link = document.createElement("a")
      link.href = URL.createObjectURL(new Blob([`Frontdesk, recovery codes\n${location.host}\n\n${lines.join("\n")}\n`]))
      link.download = "frontdesk-recovery-codes.txt"
      link.click()
      URL.revokeObjectURL(link.href)
    })
  }
})

// A form that is sent as soon as a file is chosen.
for (const input of document.querySelectorAll("input[type=file][data-at-once]")) {
  input.addEventListener("change", () => input.files.length && input.form.requestSubmit())
}
