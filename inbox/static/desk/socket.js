// The desk's line to the server. It comes back by itself, and what it says are hints: whoever listens asks for the rest.
const SILENT_FOR = 60_000
const SLOWEST = 30_000

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
      this.#lost()
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
    if (frame.type === "ready") {
      const again = this.#tries > 0 || this.wasUp
      this.#tries = 0
      this.up = this.wasUp = true
      this.dispatchEvent(new CustomEvent("up", { detail: { again } }))
    }
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }))
  }

  #lost() {
    clearTimeout(this.#quiet)
    this.up = false
    this.dispatchEvent(new CustomEvent("down"))
    const wait = Math.min(SLOWEST, 500 * 2 ** this.#tries) * (0.5 + Math.random() / 2)
    this.#tries += 1
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.connect(), wait)
  }
}

export const line = new Line()
export const me = document.body.dataset.me

const bar = document.getElementById("line")
let late = 0
line.addEventListener("down", () => {
  // A blink of the line is not worth a word.
  if (!late) late = setTimeout(() => (bar.hidden = false), 1000)
})
line.addEventListener("up", () => {
  clearTimeout(late)
  late = 0
  bar.hidden = true
})
addEventListener("online", () => line.connect())
document.addEventListener("visibilitychange", () => document.hidden || line.connect())
addEventListener("pageshow", () => line.connect())
line.connect()
