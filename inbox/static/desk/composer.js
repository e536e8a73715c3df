// <message-composer>: a reply or a note. What is typed survives a reload; what is sent shows at once.
import "./mention-field.js"
import { outbox } from "./outbox.js"
import { line, me } from "./socket.js"
import { trueTime } from "./time.js"

const MOST = 20_000
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content")
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

class MessageComposer extends HTMLElement {
  connectedCallback() {
    customElements.upgrade(this)  // of a fragment that comes in, the parts would be made after the whole
    this.field = this.querySelector("mention-field")
    this.text = this.querySelector("textarea")
    this.thread = this.closest(".thread")
    this.stream = this.thread.querySelector("message-stream")
    this.conversation = this.dataset.conversation
    this.cleanup = new AbortController()
    const { signal } = this.cleanup
    this.text.addEventListener("input", () => this.typed(), { signal })
    this.text.addEventListener("keydown", (event) => this.key(event), { signal })
    this.querySelector(".send").addEventListener("click", () => this.send(), { signal })
    for (const tab of this.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", () => this.choose(tab.dataset.tab), { signal })
      tab.addEventListener("keydown", (event) => this.tabKey(event), { signal })
    }
    for (const type of ["stored", "refused"]) {
      const mine = ({ detail }) => detail.entry.conversation === this.conversation && this[type](detail)
      outbox.addEventListener(type, mine, { signal })
    }
    let kind = "reply"
    try {
      kind = sessionStorage.getItem(`kind:${this.conversation}`) ?? "reply"
    } catch {
      // Closed storage: begin with a reply.
    }
    this.choose(kind, { focus: false })
    for (const entry of outbox.waiting(this.conversation)) {
      this.show(entry)
      if (entry.refused) this.refused({ entry })
    }
    outbox.flush()
  }

  disconnectedCallback() {
    this.cleanup.abort()
  }

  get kind() {
    return this.dataset.kind
  }

  choose(kind, { focus = true } = {}) {
    this.dataset.kind = kind
    for (const tab of this.querySelectorAll("[data-tab]")) {
      const chosen = tab.dataset.tab === kind
      tab.setAttribute("aria-selected", String(chosen))
      tab.tabIndex = chosen ? 0 : -1
    }
    const note = kind === "note"
    this.querySelector(".hint").hidden = !note
    this.querySelector("[role=tabpanel]").setAttribute("aria-labelledby", `tab-${kind}`)
    this.querySelector(".send .label").textContent = note ? "Add note" : "Send"
    this.text.setAttribute("aria-label", note ? "Note" : "Reply")
    this.text.placeholder = note ? "Write a note to your team… @ names a teammate" : "Write a reply…"
    this.text.value = this.draft()
    this.field.naming = note
    this.grow()
    if (focus) this.text.focus()
    try {
      sessionStorage.setItem(`kind:${this.conversation}`, kind)
    } catch {
      // Only a convenience.
    }
  }

  tabKey(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
    event.preventDefault()
    this.choose(this.kind === "note" ? "reply" : "note", { focus: false })
    this.querySelector('[data-tab][aria-selected="true"]').focus()
  }

  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.send()
    }
  }

  typed() {
    this.saveDraft(this.text.value)
    this.grow()
    if (this.text.value.trim() && Date.now() - (this.told ?? 0) > 3000) {
      this.told = Date.now()
      line.say({ type: "typing", kind: this.kind })
    }
  }

  grow() {
    if (!GROWS_BY_ITSELF) {
      this.text.style.height = "auto"
      this.text.style.height = `${Math.min(this.text.scrollHeight, innerHeight * 0.4)}px`
    }
    const length = [...this.text.value].length
    const counter = this.querySelector(".counter")
    counter.textContent = length > MOST - 1000 ? `${length.toLocaleString()} of ${MOST.toLocaleString()}` : ""
    counter.classList.toggle("over", length > MOST)
  }

  draft() {
    try {
      return localStorage.getItem(`draft:${me}:${this.conversation}:${this.kind}`) ?? ""
    } catch {
      return ""
    }
  }

  saveDraft(text) {
    try {
      const key = `draft:${me}:${this.conversation}:${this.kind}`
      if (text) localStorage.setItem(key, text)
      else localStorage.removeItem(key)
    } catch {
      // The text is still in front of the writer.
    }
  }

  send() {
    const text = this.text.value.replace(CONTROL, "").trim()
    if (!text || [...text].length > MOST) return this.text.focus()
    const { url } = this.dataset
    const entry = { client_id: uuid(), conversation: this.conversation, kind: this.kind, url, text, at: Date.now() }
    this.text.value = ""
    this.field.done()
    this.show(entry)
    outbox.send(entry)
    this.saveDraft("")
    this.grow()
  }

  // The optimistic row is the same partial as every message, with nothing in it yet.
  show(entry) {
    if (this.row(entry.client_id)) return
    const row = this.thread.querySelector(`template[data-draft="${entry.kind}"]`).content.firstElementChild.cloneNode(true)
    row.classList.add("pending", "mine")
    row.dataset.client = entry.client_id
    row.dataset.at = new Date(trueTime(entry.at)).toISOString()
    row.dataset.by = me
    row.querySelector("local-time").setAttribute("at", row.dataset.at)
    row.querySelector(".bub").textContent = entry.text
    row.querySelector(".tick").textContent = "Sending…"
    this.stream.box.querySelector(".new")?.remove()
    this.stream.box.append(row)
    this.stream.arrange()
    this.stream.toEnd()
  }

  row(clientId) {
    return this.stream.box.querySelector(`[data-client="${clientId}"]`)
  }

  stored({ html, unseen }) {
    if (unseen && this.kind === "note" && !this.text.value) this.field.warn(unseen)
    const holder = document.createElement("template")
    holder.innerHTML = html
    const item = holder.content.firstElementChild
    // Only the next number may be put in at once; a hole before it is read first.
    if (Number(item.dataset.seq) === this.stream.last + 1) this.stream.add(html)
    else this.stream.catchUp()
  }

  refused({ entry }) {
    const row = this.row(entry.client_id)
    if (!row) return
    row.classList.add("refused")
    const tick = row.querySelector(".tick")
    tick.textContent = `${entry.refused} `
    tick.append(
      this.button("Retry", () => {
        row.classList.remove("refused")
        tick.textContent = "Sending…"
        outbox.send({ ...entry, refused: undefined })
      }),
      this.button("Edit", () => this.takeBack(entry, row)),
      this.button("Discard", () => {
        outbox.drop(entry.client_id)
        row.remove()
      }),
    )
  }

  takeBack(entry, row) {
    outbox.drop(entry.client_id)
    row.remove()
    this.choose(entry.kind)
    this.text.value = [this.text.value, entry.text].filter(Boolean).join("\n")
    this.typed()
    this.field.changed(0)
  }

  button(label, run) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "link"
    button.textContent = label
    button.addEventListener("click", run)
    return button
  }
}

// crypto.randomUUID is only there on secure pages; a desk on a plain address in the office must work too.
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

customElements.define("message-composer", MessageComposer)
