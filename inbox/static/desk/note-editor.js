// <note-editor>: one's own note is changed where it stands. What is refused stays in it.
import "./mention-field.js"
import { post } from "./csrf.js"

class NoteEditor extends HTMLElement {
  connectedCallback() {
    customElements.upgrade(this)
    this.field = this.querySelector("mention-field")
    this.text = this.querySelector("textarea")
    this.field.naming = true
    this.text.addEventListener("keydown", (event) => this.key(event))
    this.querySelector(".save").addEventListener("click", () => this.save())
    this.querySelector(".cancel").addEventListener("click", () => this.close())
    this.text.focus({ preventScroll: true })
    this.sizes = new ResizeObserver(() => this.scrollIntoView({ block: "nearest" }))
    this.sizes.observe(this)
    this.text.setSelectionRange(this.text.value.length, this.text.value.length)
  }

  disconnectedCallback() {
    this.sizes.disconnect()
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation()
      this.close()
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.save()
    }
  }

  async save() {
    if (this.saving) return
    if (this.text.value.trim() === this.text.defaultValue) return this.close()
    this.saving = true
    this.refused("")
    try {
      const answer = await post(this.dataset.url, { text: this.text.value })
      const said = await answer.text()
      const plain = answer.headers.get("Content-Type")?.startsWith("text/plain")
      if (answer.ok && !answer.redirected) this.close({ html: said, unseen: answer.headers.get("X-Cannot-See") })
      else this.refused(plain ? said : "This could not be saved. Try again in a moment.")
    } catch {
      this.refused("There is no line just now. Save it again when it is back.")
    } finally {
      this.saving = false
    }
  }

  refused(words) {
    const line = this.querySelector(":scope > .problem")
    line.textContent = words
    line.hidden = !words
  }

  close(saved = null) {
    this.dispatchEvent(new CustomEvent("closed", { bubbles: true, detail: saved }))
  }
}

customElements.define("note-editor", NoteEditor)
