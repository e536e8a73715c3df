// The list of notices: what is new appears by itself, what was read elsewhere is read here.
import { line } from "../desk/socket.js"
import { dayName, dayOf } from "../desk/time.js"
import "../desk/notices.js"

const HICCUP = 1500
const feed = document.getElementById("feed")
const bar = document.getElementById("line")
const readAll = document.getElementById("read-all")
const rows = () => [...feed.querySelectorAll("li.notice")]

// A heading over the first of each day, in the reader's own zone.
function arrange() {
  let before = null
  feed.querySelectorAll(".day").forEach((day) => day.remove())
  for (const row of rows()) {
    if (dayOf(row.dataset.at) !== before) {
      const day = document.createElement("li")
      day.className = "day"
      day.textContent = dayName(row.dataset.at)
      row.before(day)
    }
    before = dayOf(row.dataset.at)
  }
}

// As many pages as are shown, as they are now.
async function pages(count) {
  let next = feed.dataset.rows
  let whole = null
  do {
    const answer = await fetch(next, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15_000) })
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    if (whole === null) whole = page
    else {
      whole.getElementById("notices").append(...page.querySelectorAll("li.notice"))
      whole.getElementById("older").replaceWith(page.getElementById("older"))
    }
    next = whole.querySelector("#older a")?.getAttribute("hx-get")
  } while (next && whole.querySelectorAll("li.notice").length < count)
  return whole.body
}

let looking = false
let again = false

async function look() {
  if (!("live" in feed.dataset)) return
  if (looking) return void (again = true)
  looking = true
  try {
    const fresh = await pages(rows().length)
    if (said(fresh) !== said(feed)) swap(fresh)
  } catch {
    // The line says when it is back.
  } finally {
    looking = false
    if (again) {
      again = false
      look()
    }
  }
}

// What the list says, without what this page has put into it.
function said(part) {
  return [...part.querySelectorAll("li.notice")].map((row) => `${row.id} ${row.className} ${words(row)}`).join("\n")
}

function words(row) {
  return [...row.querySelectorAll(".what > *")].map((part) => part.textContent).join(" ")
}

function swap(fresh) {
  const focused = document.activeElement?.closest("li.notice")
  const part = document.activeElement?.localName
  const at = rows().indexOf(focused)
  const had = new Set(rows().map((row) => row.id))
  const below = feed.scrollTop && feed.scrollHeight - feed.scrollTop
  feed.replaceChildren(...fresh.childNodes)
  if (had.size) for (const row of rows()) row.querySelector(".ev").classList.toggle("fresh", !had.has(row.id) && row.matches(".unread"))
  htmx.process(feed)
  arrange()
  // Who has scrolled down keeps their place, and who uses the keyboard theirs.
  if (below) feed.scrollTop = feed.scrollHeight - below
  if (at >= 0) (document.getElementById(focused.id) ?? rows()[Math.min(at, rows().length - 1)])?.querySelector(part)?.focus()
}

// j and k go through the list.
document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key]
  if (!step || event.metaKey || event.ctrlKey || event.altKey || event.target.closest("input, textarea, select")) return
  const here = rows().indexOf(document.activeElement?.closest("li.notice"))
  rows()[Math.max(0, Math.min(rows().length - 1, here + step))]?.querySelector(".ev").focus()
})

let patience = 0
line.addEventListener("up", () => {
  clearTimeout(patience)
  patience = 0
  bar.hidden = true
})
line.addEventListener("down", () => {
  patience ||= setTimeout(() => { bar.hidden = false }, HICCUP)
})
document.addEventListener("notices", ({ detail }) => {
  const had = readAll.contains(document.activeElement)
  readAll.hidden = !detail.unread
  if (had && readAll.hidden) document.getElementById("page").focus({ preventScroll: true })
  look()
})
document.addEventListener("clock", arrange)
document.addEventListener("htmx:afterSwap", arrange)
arrange()
