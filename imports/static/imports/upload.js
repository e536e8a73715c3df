// <file-upload>: takes a file that is dropped or chosen, sends it in parts, and goes on where a broken line left it.
// All that counts is on the server: the same file, chosen again after a reload, sends what is still missing.
const RETRIES = [1000, 3000, 9000]
// A part that makes no way for so long is sent again.
const PATIENCE = 30_000
const token = () => document.querySelector('meta[name="csrf-token"]').content
const wait = (ms) => new Promise((done) => setTimeout(done, ms))

class Refused extends Error {}
class Broken extends Error {}

customElements.define("file-upload", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.input = this.querySelector("input[type=file]")
    this.box = this.querySelector(".sending")
    this.bar = this.querySelector("progress")
    this.said = this.querySelector(".sending-said")
    this.problem = this.querySelector(".problem")
    this.again = this.querySelector("[data-again]")
    this.querySelector("[data-plain]").hidden = true
    this.input.addEventListener("change", () => this.take(this.input.files[0]))
    this.again.addEventListener("click", () => this.run())
    this.querySelector("[data-cancel]").addEventListener("click", () => this.cancel())
    for (const type of ["dragenter", "dragover"]) this.addEventListener(type, (event) => this.over(event, true))
    this.addEventListener("dragleave", (event) => { if (!this.contains(event.relatedTarget)) this.over(event, false) })
    this.addEventListener("drop", (event) => {
      this.over(event, false)
      this.take(event.dataTransfer.files[0])
    })
    addEventListener("beforeunload", (event) => { if (this.sending) event.preventDefault() })
    addEventListener("online", () => { if (!this.again.hidden) this.run() })
  }

  over(event, is) {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    this.form.classList.toggle("over", is && !this.sending)
  }

  take(file) {
    if (!file || this.sending) return
    this.file = file
    this.at = null
    this.querySelector(".sending-name").textContent = file.name
    this.run()
  }

  async run() {
    this.say("")
    this.show({ sending: true })
    try {
      this.at = await this.begin()
      await this.send(this.at.missing)
      const page = await this.complete()
      this.sending = false // leaving is no loss any more
      location.assign(page)
    } catch (error) {
      if (error instanceof Refused) return this.refuse(error.message)
      if (!this.sending) return // cancelled
      this.show({ broken: true })
      this.said.textContent = `The line is broken. ${this.percent()} % of the file is here; go on when it is back.`
      this.again.focus()
    }
  }

  async begin() {
    const fields = { name: this.file.name, size: this.file.size, changed: this.file.lastModified }
    return this.ask(this.dataset.begin, fields)
  }

  async send(missing) {
    const { part, parts } = this.at
    const lengthOf = (number) => Math.min(part, this.file.size - number * part)
    this.left = missing.reduce((sum, number) => sum + lengthOf(number), 0)
    this.begun = { at: Date.now(), left: this.left }
    for (const number of missing) {
      const begin = number * part
      await this.patiently(() => this.put(`${parts}${number}/`, this.file.slice(begin, begin + part)))
      this.left -= lengthOf(number)
      this.tell(0)
    }
  }

  async complete() {
    for (;;) {
      this.said.textContent = "Having a look at it…"
      const answer = await this.patiently(() => this.ask(this.at.complete, {}))
      if (!answer.missing?.length) return answer.page
      await this.send(answer.missing)
    }
  }

  // Tries again where the line, or the server, was away; what was refused stays refused.
  async patiently(what) {
    for (let tried = 0; ; tried++) {
      try {
        return await what()
      } catch (error) {
        if (error instanceof Refused || !this.sending || tried === RETRIES.length) throw error
        this.said.textContent = "The line is broken. Trying again…"
        await wait(RETRIES[tried])
      }
    }
  }

  put(url, blob) {
    return new Promise((done, fail) => {
      const call = (this.call = new XMLHttpRequest())
      let timer = 0
      const stalled = () => { clearTimeout(timer); timer = setTimeout(() => call.abort(), PATIENCE) }
      call.open("PUT", url)
      call.setRequestHeader("X-CSRFToken", token())
      call.setRequestHeader("Content-Type", "application/octet-stream")
      call.upload.addEventListener("progress", (event) => { stalled(); this.tell(event.loaded) })
      call.addEventListener("loadend", () => {
        clearTimeout(timer)
        if (call.status === 204) return done()
        if (call.status === 409 || call.status === 403 || call.status === 404) return fail(new Refused(words(call.responseText)))
        fail(new Broken(String(call.status)))
      })
      stalled()
      call.send(blob)
    })
  }

  async ask(url, fields) {
    const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams(fields), signal: AbortSignal.timeout(60_000) })
    const text = await answer.text()
    const body = read(text)
    if (answer.ok && body) return body
    if (answer.status === 409 && body?.missing) return body
    if (answer.status >= 500 || answer.redirected) throw new Broken(String(answer.status))
    throw new Refused(words(text))
  }

  async cancel() {
    const at = this.at
    this.show({})
    this.call?.abort()
    this.input.value = ""
    if (at) await fetch(at.cancel, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => {})
    this.input.focus()
  }

  refuse(words) {
    this.show({})
    this.say(words)
    this.input.value = ""
  }

  show({ sending = false, broken = false }) {
    this.sending = sending || broken
    this.form.hidden = this.sending
    this.box.hidden = !this.sending
    this.again.hidden = !broken
    this.bar.classList.toggle("broken", broken)
  }

  say(words) {
    this.problem.textContent = words
    this.problem.hidden = !words
  }

  percent(loaded = 0) {
    return this.file.size ? Math.floor((100 * (this.file.size - (this.left ?? this.file.size) + loaded)) / this.file.size) : 100
  }

  tell(loaded) {
    const percent = this.percent(loaded)
    this.bar.value = percent
    const seconds = (Date.now() - this.begun.at) / 1000
    const sent = this.begun.left - this.left + loaded
    const left = seconds > 3 && sent ? ` · ${lasting(((this.left - loaded) * seconds) / sent)} left` : ""
    this.said.textContent = `${percent} % of ${bytes(this.file.size)}${left}`
  }
})

function read(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function words(text) {
  return read(text)?.detail ?? "This was not taken. Load the page again, and try once more."
}

function bytes(size) {
  const step = size >= 1e9 ? [1e9, "GB"] : size >= 1e6 ? [1e6, "MB"] : [1e3, "KB"]
  return `${(size / step[0]).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${step[1]}`
}

function lasting(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
