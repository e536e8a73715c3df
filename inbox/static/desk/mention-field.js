// <mention-field>: a text that may name teammates, while `naming` is on. Typing @ suggests them; what the server says is
// a mention gets a pill behind its words; and a line under the text says whom it tells.
import "../vendor/text-expander.js"
import { post } from "./csrf.js"

const PAUSE = 250
const MAY_NAME = /[@＠]/
const GAP = 6
const TALLEST = 336
const never = new Promise(() => {})

class MentionField extends HTMLElement {
  connectedCallback() {
    this.expander = this.querySelector("text-expander")
    this.text = this.querySelector("textarea")
    this.pills = this.querySelector(".pills")
    this.told = this.querySelector(".told")
    this.found = this.querySelector("[data-found]")
    this.forget()
    this.cleanup = new AbortController()
    const { signal } = this.cleanup
    this.text.addEventListener("input", () => this.changed(), { signal })
    this.text.addEventListener("scroll", () => this.follow(), { signal, passive: true })
    visualViewport?.addEventListener("resize", () => this.place(), { signal })
    this.sizes = new ResizeObserver(() => this.follow())
    this.sizes.observe(this.text)
    const on = {
      "text-expander-change": ({ detail }) => detail.provide(this.suggest(detail.text)),
      "text-expander-value": (event) => this.value(event.detail),
      "text-expander-committed": () => this.text.dispatchEvent(new Event("input", { bubbles: true })),
      "text-expander-activate": () => this.open(),
      "text-expander-deactivate": () => (this.found.textContent = ""),
    }
    for (const [type, run] of Object.entries(on)) this.expander.addEventListener(type, run, { signal })
  }

  disconnectedCallback() {
    this.cleanup.abort()
    this.sizes.disconnect()
    this.asking?.abort()
    clearTimeout(this.later)
  }

  get naming() {
    return this.expander.hasAttribute("keys")
  }

  // To be set whenever another text was put in, too.
  set naming(on) {
    if (on) this.expander.setAttribute("keys", "@ ＠")
    else this.expander.removeAttribute("keys")
    this.done()
    if (on) this.changed(0)
  }

  // The text went elsewhere: nothing is left of what was said about it.
  done() {
    this.asking?.abort()
    this.expander.dismiss()
    this.forget()
    this.say("")
    this.draw()
  }

  forget() {
    clearTimeout(this.later)
    this.turn = (this.turn ?? 0) + 1
    this.checked = ""
    this.spans = []
  }

  async suggest(typed) {
    this.asking?.abort()
    const asking = (this.asking = new AbortController())
    if (/\s/.test(typed)) return { matched: false }
    try {
      const url = `${this.dataset.mentionable}?q=${encodeURIComponent(typed)}`
      const answer = await fetch(url, { signal: asking.signal })
      const html = answer.ok && !answer.redirected ? await answer.text() : ""
      const fragment = parse(html).firstElementChild
      const count = fragment?.querySelectorAll("[role=option]").length ?? 0
      if (count) this.found.textContent = count === 1 ? "1 suggestion" : `${count} suggestions`
      return { matched: count > 0, fragment }
    } catch {
      // A list that a later letter made stale is not shown, and closes nothing.
      return asking.signal.aborted ? never : { matched: false }
    }
  }

  value(detail) {
    const behind = this.text.value[this.text.selectionEnd]
    this.expander.setAttribute("suffix", behind && /\s/.test(behind) ? "" : " ")
    detail.value = `@${detail.item.dataset.handle}`
  }

  // The list stands in the top layer, so that no box cuts it off.
  open() {
    const list = this.expander.querySelector(".suggest")
    list.popover = "manual"
    list.showPopover()
    queueMicrotask(() => {
      // A textarea stays one, whatever list it has: it may say which option is active, not that it is open.
      this.text.removeAttribute("role")
      this.text.removeAttribute("aria-expanded")
      // The element has put it under the caret.
      const caret = list.getBoundingClientRect()
      const text = this.text.getBoundingClientRect()
      this.caret = { left: caret.left - text.left, bottom: caret.top - text.top }
      this.place()
    })
  }

  changed(wait = PAUSE) {
    if (!this.naming) return
    this.draw()
    clearTimeout(this.later)
    if (MAY_NAME.test(this.text.value)) return (this.later = setTimeout(() => this.check(), wait))
    this.forget()
    this.say("")
  }

  async check() {
    const text = this.text.value
    const turn = ++this.turn
    const answer = await this.ask(text)
    if (!answer || turn !== this.turn) return
    this.checked = text
    this.spans = answer.spans
    this.say(answer.html)
    this.draw()
  }

  // Asks whom a text tells: null where there is no answer, which the next letter asks for again.
  async ask(text) {
    try {
      const answer = await post(this.dataset.named, { text })
      return answer.ok && !answer.redirected ? await answer.json() : null
    } catch {
      return null
    }
  }

  // Says, of a note that was sent, who cannot see it.
  async warn(handles) {
    const turn = ++this.turn
    const answer = await this.ask(handles.split(" ").map((handle) => `@${handle}`).join(" "))
    if (answer && turn === this.turn && !this.text.value) this.say(answer.html)
  }

  say(html) {
    if (this.said === html) return
    this.said = html
    this.told.innerHTML = html
    this.place()
  }

  // Above the box that is written in where there is more room, else below the caret; never beyond the screen, whatever
  // else moves.
  place() {
    const list = this.expander.querySelector(".suggest:popover-open")
    if (!list || !this.caret) return
    const text = this.text.getBoundingClientRect()
    const bottom = text.top + this.caret.bottom
    const { top } = this.closest(".composer").getBoundingClientRect()
    const screen = visualViewport ?? { offsetTop: 0, height: innerHeight }
    const above = top - screen.offsetTop - 2 * GAP
    const below = screen.offsetTop + screen.height - bottom - 2 * GAP
    const up = above > Math.min(below, TALLEST)
    list.style.maxHeight = `${Math.max(96, Math.min(TALLEST, up ? above : below))}px`
    list.style.left = `${Math.max(8, Math.min(text.left + this.caret.left, innerWidth - list.offsetWidth - 8))}px`
    list.style.top = `${up ? top - GAP - list.offsetHeight : bottom + GAP}px`
  }

  draw() {
    const text = this.text.value
    const parts = []
    let at = 0
    for (const [start, end] of this.naming ? this.shifted(text) : []) {
      const pill = document.createElement("mark")
      pill.textContent = text.slice(start, end)
      parts.push(text.slice(at, start), pill)
      at = end
    }
    // A last line that is empty has its height from a sign that cannot be seen.
    this.pills.replaceChildren(...(parts.length ? [...parts, `${text.slice(at)}\u200b`] : []))
    this.follow()
  }

  // Where the mentions stand now: what was changed since the server was asked leaves those before and behind it alone.
  shifted(text) {
    const then = this.checked
    const most = Math.min(text.length, then.length)
    let before = 0
    while (before < most && text[before] === then[before]) before++
    let behind = 0
    while (behind < most - before && text.at(-1 - behind) === then.at(-1 - behind)) behind++
    const by = text.length - then.length
    return this.spans.flatMap(([start, end]) => {
      if (end <= before) return [[start, end]]
      return start >= then.length - behind ? [[start + by, end + by]] : []
    })
  }

  follow() {
    this.pills.style.insetInlineEnd = `${this.text.offsetWidth - this.text.clientWidth}px`
    this.pills.scrollTop = this.text.scrollTop
  }
}

function parse(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html
  return holder.content
}

customElements.define("mention-field", MentionField)
