// The desk's line to the server. It comes back by itself, and what it says are hints: whoever listens asks for the rest.
const SILENT_FOR = 60_000
const SLOWEST = 30_000
// A server that ends sends everybody away at once; this long they take to come back, each at a moment of its own.
const SPREAD = 4000
const GOING = 1012

class Line extends EventTarget {
  #socket = null
  #tries = 0
  #timer = 0
  #quiet = 0
  up = false

  connect() {
    clearTimeout(this.#timer)
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return
    const scheme = location.protocol === "https:" ? "wss" : "ws"
    const socket = new WebSocket(`${scheme}://${location.host}/ws/desk/`)
    this.#socket = socket
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data))
    socket.onclose = (event) => {
      if (this.#socket !== socket) return
      if (event.code === 4401) location.assign("/accounts/login/?next=" + encodeURIComponent(location.pathname))
      this.#lost(event.code)
    }
    this.#listenForSilence()
  }

  say(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  // A line that says nothing for longer than two heartbeats is dead, whatever the browser thinks.
  #listenForSilence() {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.#socket?.close(), SILENT_FOR)
  }

  #hear(frame) {
    this.#listenForSilence()
    // This page belongs to one membership: it never shows what another one hears.
    if (frame.type === "ready" && frame.teammate !== me) return location.assign("/")
    if (frame.type === "left") return location.assign(frame.url)
    if (frame.type === "ready") {
      const again = this.#tries > 0 || this.wasUp
      this.#tries = 0
      this.up = this.wasUp = true
      this.dispatchEvent(new CustomEvent("up", { detail: { again } }))
    }
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }))
  }

  #lost(code) {
    clearTimeout(this.#quiet)
    this.up = false
    this.dispatchEvent(new CustomEvent("down", { detail: { code, soon: code === GOING } }))
    let wait = Math.random() * SPREAD
    if (code !== GOING) wait = Math.min(SLOWEST, 500 * 2 ** this.#tries++) * (0.5 + Math.random() / 2)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.connect(), wait)
  }

  // Something may have been missed though the line was up: whoever listens asks for the rest.
  again() {
    if (this.up) this.dispatchEvent(new CustomEvent("up", { detail: { again: true } }))
  }
}

export const line = new Line()
export const me = document.body.dataset.me

addEventListener("online", () => line.connect())
document.addEventListener("visibilitychange", () => document.hidden || line.connect())
addEventListener("pageshow", () => line.connect())
line.connect()
