// What was sent and is not stored yet. It is kept in the browser before it goes on the wire, and goes again, under the
// same client_id, until the server has it: the server stores it once. Whichever conversation is open, all are sent.
import { post } from "./csrf.js"
import { line, me } from "./socket.js"

// Under the writer's own id: whoever signs in next at this browser must not send it in their name.
const PREFIX = `outbox:${me}:`

function stored() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => JSON.parse(localStorage.getItem(key)))
  } catch {
    return []
  }
}

class Outbox extends EventTarget {
  #memory = new Map()
  #busy = false
  #more = false
  #retry = 0

  // Oldest first. A storage that is closed or full costs a reload's safety, not the message.
  waiting(conversation) {
    const entries = new Map([...stored().map((entry) => [entry.client_id, entry]), ...this.#memory])
    return [...entries.values()]
      .filter((entry) => !conversation || entry.conversation === conversation)
      .sort((one, other) => one.at - other.at)
  }

  keep(entry) {
    this.#memory.set(entry.client_id, entry)
    try {
      localStorage.setItem(PREFIX + entry.client_id, JSON.stringify(entry))
    } catch {
      // Kept in memory.
    }
  }

  drop(clientId) {
    this.#memory.delete(clientId)
    try {
      localStorage.removeItem(PREFIX + clientId)
    } catch {
      // It was in memory alone.
    }
  }

  send(entry) {
    this.keep(entry)
    this.flush()
  }

  // One after the other, so that what was written first is stored first.
  async flush() {
    if (this.#busy) return (this.#more = true)
    this.#busy = true
    clearTimeout(this.#retry)
    let later = false
    do {
      this.#more = false
      for (const entry of this.waiting()) {
        if (entry.refused) continue
        later = await this.#deliver(entry)
        if (later) break
      }
    } while (this.#more && !later)
    this.#busy = false
    if (later) this.#retry = setTimeout(() => this.flush(), 1000 + Math.random() * 2000)
  }

  // Returns whether trying again later may help.
  async #deliver(entry) {
    try {
      const { url, kind, text, client_id } = entry
      const answer = await post(url, { kind, text, client_id })
      const said = await answer.text()
      if (answer.status === 503) line.dispatchEvent(new Event("unavailable"))
      if (answer.status >= 500 || answer.status === 429) return true
      const plain = answer.headers.get("Content-Type")?.startsWith("text/plain")
      if (answer.ok && !answer.redirected) {
        this.drop(client_id)
        const unseen = answer.headers.get("X-Cannot-See")
        this.dispatchEvent(new CustomEvent("stored", { detail: { entry, html: said, unseen } }))
      } else {
        const refused = plain ? said : "The server refused this. Load the page again."
        this.keep({ ...entry, refused })
        this.dispatchEvent(new CustomEvent("refused", { detail: { entry: { ...entry, refused } } }))
      }
      return false
    } catch {
      return true
    }
  }
}

export const outbox = new Outbox()
line.addEventListener("up", () => outbox.flush())
