// <local-time at="ISO" as="clock|ago|since|when">: a moment in the reader's own zone, kept fresh.
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// Half a minute off does no harm to what is shown; a day does.
const HARMLESS = 30_000
let ahead = 0

// The true time of what this browser's clock calls `at` (now, if nothing is given).
export const trueTime = (at = Date.now()) => at + ahead

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" })
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" })

export function dayOf(at) {
  return new Date(at).toDateString()
}

export function dayName(at) {
  const midnight = new Date(trueTime()).setHours(0, 0, 0, 0)
  const then = new Date(at).setHours(0, 0, 0, 0)
  if (then === midnight) return "Today"
  if (midnight - then <= DAY + 2 * HOUR && then < midnight) return "Yesterday"
  const options = { weekday: "long", day: "numeric", month: "long" }
  if (new Date(at).getFullYear() !== new Date(trueTime()).getFullYear()) options.year = "numeric"
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
    const age = trueTime() - at
    if (age < DAY) return lasting(age)
    return age < 6 * DAY ? weekday.format(at) : date.format(at)
  },
  since: (at) => {
    const age = trueTime() - at
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

let today = dayOf(trueTime())

// `clock` on the document: the day is another one now, as the night has passed or the clock was found to be wrong.
function drawAll() {
  document.querySelectorAll("local-time").forEach((time) => time.draw())
  if (today === (today = dayOf(trueTime()))) return
  document.dispatchEvent(new Event("clock"))
}

// A page from the browser's cache says an old time, a laptop that slept has a clock that jumped: so a difference is only a
// reason to ask the server, and what its answer says (the Date header, in whole seconds) counts.
async function setClock() {
  try {
    const asked = Date.now()
    const { headers } = await fetch("/healthz", { method: "HEAD", cache: "no-store" })
    const off = Date.parse(headers.get("Date")) + 500 - (asked + Date.now()) / 2
    if (Number.isNaN(off)) return
    ahead = Math.abs(off) > HARMLESS ? off : 0
    drawAll()
  } catch {
    // No line: this browser's clock is all there is.
  }
}

customElements.define("local-time", LocalTime)
const told = Date.parse(document.querySelector('meta[name="server-time"]')?.content)
if (Math.abs(told - Date.now()) > HARMLESS) setClock()

const TICK = 20_000
let ticked = Date.now()
setInterval(() => {
  const late = Math.abs(Date.now() - ticked - TICK)
  ticked = Date.now()
  if (late > HARMLESS && !document.hidden) setClock()
  drawAll()
}, TICK)
