// <local-time at="ISO" as="clock|ago|since|when">: a moment in the reader's own zone, kept fresh.
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" })
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" })

export function dayOf(at) {
  return new Date(at).toDateString()
}

export function dayName(at) {
  const midnight = new Date().setHours(0, 0, 0, 0)
  const then = new Date(at).setHours(0, 0, 0, 0)
  if (then === midnight) return "Today"
  if (midnight - then <= DAY + 2 * HOUR && then < midnight) return "Yesterday"
  const options = { weekday: "long", day: "numeric", month: "long" }
  if (new Date(at).getFullYear() !== new Date().getFullYear()) options.year = "numeric"
  return new Intl.DateTimeFormat(undefined, options).format(new Date(at))
}

function lasting(ms) {
  if (ms < MINUTE) return "now"
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`
  return `${Math.floor(ms / DAY)} d`
}

const forms = {
  clock: (at) => clock.format(at),
  ago: (at) => {
    const age = Date.now() - at
    if (age < DAY) return lasting(age)
    return age < 6 * DAY ? weekday.format(at) : date.format(at)
  },
  since: (at) => {
    const age = Date.now() - at
    return age < MINUTE ? "under a minute" : lasting(age).replace(" m", " min")
  },
  when: (at) => {
    const day = dayName(at)
    return day === "Today" || day === "Yesterday" ? `${day}, ${clock.format(at)}` : `${date.format(at)}, ${clock.format(at)}`
  },
}

class LocalTime extends HTMLElement {
  connectedCallback() {
    this.draw()
  }

  draw() {
    const at = new Date(this.getAttribute("at"))
    if (Number.isNaN(at.getTime())) return
    const text = (forms[this.getAttribute("as")] ?? forms.when)(at)
    if (this.textContent !== text) this.textContent = text
    if (!this.title) this.title = full.format(at)
  }
}

customElements.define("local-time", LocalTime)
setInterval(() => document.querySelectorAll("local-time").forEach((time) => time.draw()), 20_000)
