// <try-again>: asks every few seconds whether the database is here again. Then the page loads itself; what was a form
// is not sent by itself, as its sender may no longer want it: they are led back to it.
const LEAST = 2000
const MOST = 6000

class TryAgain extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-back]")?.addEventListener("click", () => history.back())
    this.wait()
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }

  // Each at a moment of its own, so that a thousand pages do not ask in the same one.
  wait() {
    this.timer = setTimeout(() => this.ask(), LEAST + Math.random() * (MOST - LEAST))
  }

  async ask() {
    try {
      const path = this.dataset.safe === "yes" ? location.href : "/"
      const answer = await fetch(path, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(15_000) })
      if (answer.status < 500) return this.back()
    } catch {
      // No line either.
    }
    this.wait()
  }

  back() {
    if (this.dataset.safe === "yes") return location.reload()
    this.querySelector("[data-state]").textContent = "The database is here again."
    this.querySelector("[data-back]").hidden = false
  }
}

customElements.define("try-again", TryAgain)
