// <message-stream>: the thread. What the socket brings is a hint; a hole is read again from the server.
import { dayName, dayOf } from "./time.js"
import { inFront } from "./front.js"
import { line, me } from "./socket.js"

const NEAR_END = 80

class MessageStream extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector(".stream")
    this.id_ = this.closest(".thread").dataset.conversation
    this.contactRead = Number(this.dataset.contactRead)
    this.cleanup = new AbortController()
    const { signal } = this.cleanup
    this.arrange()
    this.divide()
    const divider = this.box.querySelector(".new")
    if (divider) divider.scrollIntoView({ block: "center" })
    else this.toEnd()
    // The end stays in view when the box gets smaller: as a draft grows, or a phone's keyboard opens.
    this.sizes = new ResizeObserver(() => this.stuck && this.toEnd())
    this.sizes.observe(this.box)
    this.box.addEventListener("scroll", () => this.scrolled(), { signal, passive: true })
    this.querySelector(".latest").addEventListener("click", () => this.toEnd(), { signal })
    this.querySelector(".older")?.addEventListener("click", () => this.older(), { signal })
    document.addEventListener("visibilitychange", () => this.tellRead(), { signal })
    document.addEventListener("clock", () => this.arrange(), { signal })
    document.addEventListener("notices", ({ detail }) => this.noticed(detail), { signal })
    for (const type of ["message", "opened", "heartbeat", "typing", "read"]) {
      line.addEventListener(type, ({ detail }) => detail.conversation === this.id_ && this[type](detail), { signal })
    }
    line.addEventListener("up", () => line.say({ type: "open", conversation: this.id_ }), { signal })
    line.say({ type: "open", conversation: this.id_ })
    this.tellRead()
  }

  disconnectedCallback() {
    this.cleanup.abort()
    this.sizes.disconnect()
    clearTimeout(this.stillTyping)
  }

  get last() {
    return Number([...this.box.querySelectorAll("[data-seq]")].findLast((item) => item.dataset.seq !== "0")?.dataset.seq ?? 0)
  }

  get atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_END
  }

  message(frame) {
    if (frame.by !== me) this.hush()
    if (frame.seq === this.last + 1) this.add(frame.html)
    else if (frame.seq > this.last) this.catchUp()
  }

  opened(frame) {
    this.readByContact(frame.contact_read_seq)
    // What was said before the line was up has not been heard.
    this.told = 0
    this.tellRead()
    if (frame.seq > this.last) this.catchUp()
  }

  heartbeat(frame) {
    if (frame.seq > this.last) this.catchUp()
  }

  read(frame) {
    if (frame.by === "contact") this.readByContact(frame.seq)
  }

  readByContact(seq) {
    this.contactRead = Math.max(this.contactRead, seq)
    this.ticks()
  }

  typing(frame) {
    const words = this.querySelector(".typing")
    words.textContent = `${frame.author.name} is typing`
    words.classList.add("on")
    clearTimeout(this.stillTyping)
    this.stillTyping = setTimeout(() => this.hush(), 5000)
  }

  hush() {
    const words = this.querySelector(".typing")
    words.textContent = ""
    words.classList.remove("on")
  }

  // One reading at a time; whatever arrives meanwhile is in the next one.
  async catchUp() {
    if (this.catching) return (this.again = true)
    this.catching = true
    try {
      do {
        this.again = false
        const answer = await fetch(`${this.dataset.url}?after=${this.last}`)
        if (!answer.ok) break
        this.add(await answer.text())
        this.again ||= answer.headers.get("X-More") === "yes"
      } while (this.again)
    } catch {
      // The line's return, or the next heartbeat, asks again.
    } finally {
      this.catching = false
    }
  }

  add(html) {
    const stay = this.atEnd
    const holder = document.createElement("template")
    holder.innerHTML = html
    const items = [...holder.content.children]
    for (const item of items) this.put(item)
    this.arrange()
    this.dispatchEvent(new CustomEvent("added", { bubbles: true, detail: items }))
    if (document.hidden) this.divideAt(items.find((item) => item.isConnected && item.matches(".msg") && item.dataset.by !== me))
    if (stay) this.toEnd()
    else this.querySelector(".latest").hidden = false
    this.tellRead()
  }

  // Puts a message where its number says: once, and in place of its own optimistic row.
  put(item) {
    const seq = Number(item.dataset.seq)
    if (this.box.querySelector(`[data-seq="${seq}"]`)) return
    const pending = this.box.querySelector(`.pending[data-client="${item.dataset.client}"]`)
    pending?.remove()
    const next = [...this.box.querySelectorAll("[data-seq]")].find(
      (other) => Number(other.dataset.seq) > seq || other.classList.contains("pending"),
    )
    this.box.insertBefore(item, next ?? null)
  }

  async older() {
    const first = this.box.querySelector("[data-seq]")
    const button = this.box.querySelector(".older")
    if (!first || !button || this.loading) return
    this.loading = true
    try {
      const answer = await fetch(`${this.dataset.url}?before=${first.dataset.seq}`)
      if (!answer.ok) return
      const holder = document.createElement("template")
      holder.innerHTML = await answer.text()
      const below = this.box.scrollHeight - this.box.scrollTop
      button.after(...holder.content.children)
      if (answer.headers.get("X-More") === "no") button.remove()
      this.arrange()
      this.box.scrollTop = this.box.scrollHeight - below
    } catch {
      // The button stays: it can be pressed again.
    } finally {
      this.loading = false
    }
  }

  scrolled() {
    // Only the reader's own way up lets go of the end: a thread that got longer has not been scrolled.
    const up = this.box.scrollTop < this.top
    this.top = this.box.scrollTop
    this.stuck = this.atEnd || (this.stuck && !up)
    if (this.box.scrollTop < 200) this.older()
    if (this.atEnd) {
      this.querySelector(".latest").hidden = true
      this.tellRead()
    }
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight
    this.top = this.box.scrollTop
    this.stuck = true
    this.querySelector(".latest").hidden = true
  }

  tellRead() {
    const last = this.last
    if (document.hidden || !this.atEnd || !last || last <= (this.told ?? 0)) return
    this.told = last
    line.say({ type: "read", seq: last })
    document.getElementById(`row-${this.id_}`)?.classList.remove("unread")
  }

  // What this conversation was told of, while it is in front of its reader, is read: being given it, say.
  noticed({ conversations }) {
    if (inFront() !== this.id_ || !conversations.includes(this.id_)) return
    this.told = 0
    this.tellRead()
  }

  // Days, runs of one author, and "You": drawn from what each message says of itself.
  arrange() {
    for (const day of this.box.querySelectorAll(".day")) day.remove()
    let before = null
    for (const item of this.box.querySelectorAll("[data-seq]")) {
      const { at, by, kind } = item.dataset
      if (!before || dayOf(before.dataset.at) !== dayOf(at)) {
        const day = document.createElement("p")
        day.className = "day"
        day.textContent = dayName(at)
        item.before(day)
        before = null
      }
      const near = before && Date.parse(at) - Date.parse(before.dataset.at) < 300_000
      item.classList.toggle("more", Boolean(near && kind !== "action" && before.dataset.by === by && before.dataset.kind === kind))
      item.classList.toggle("mine", by === me)
      if (by === me) item.querySelector(".name").textContent = "You"
      before = item
    }
    this.ticks()
    this.dispatchEvent(new Event("arranged", { bubbles: true }))
  }

  ticks() {
    const replies = [...this.box.querySelectorAll(".msg.reply.teammate:not(.pending)")]
    replies.forEach((reply, index) => {
      const read = Number(reply.dataset.public) <= this.contactRead
      const lastRead = read && !(Number(replies[index + 1]?.dataset.public) <= this.contactRead)
      const tick = reply.querySelector(".tick")
      tick.textContent = lastRead ? "Read" : index === replies.length - 1 ? "Sent" : ""
    })
  }

  // The line over the first message that somebody else wrote and I have not seen.
  divide() {
    const to = Number(this.dataset.readTo)
    const first = [...this.box.querySelectorAll(".msg")].find((item) => Number(item.dataset.seq) > to && item.dataset.by !== me)
    if (to) this.divideAt(first)
  }

  divideAt(first) {
    if (!first || this.box.querySelector(".new")) return
    const divider = document.createElement("p")
    divider.className = "new"
    divider.textContent = "New"
    first.before(divider)
  }
}

customElements.define("message-stream", MessageStream)
