// The feed and the event beside it: opening takes no page load, and what is new appears by itself.
import { line } from "../desk/socket.js"
import "../desk/notices.js"
import { toast } from "../desk/toast.js"

const feed = document.getElementById("feed")
const body = document.body
const HICCUP = 1500
const BRIEFLY = 250
// Under a flood each page asks every few seconds, not with every frame.
const GAP = 2500

const pane = () => document.getElementById("event")
const openId = () => pane()?.dataset.id ?? null
// A row stands for several events where they are equal.
const has = (link, id) => id !== null && link.dataset.ids.split(" ").includes(id)
const links = () => [...feed.querySelectorAll("a.ev")]

function mark() {
  for (const link of links()) {
    if (has(link, openId())) link.setAttribute("aria-current", "true")
    else link.removeAttribute("aria-current")
  }
}

async function open(address, { push = true } = {}) {
  try {
    await htmx.ajax("GET", address, { target: "#event", swap: "outerHTML" })
  } catch {
    return toast("The event could not be loaded. Try again when the line is back.")
  }
  if (push) history.pushState({ address }, "", address)
  body.classList.add("at-event")
  document.title = pane().dataset.title ?? document.title
  mark()
  pane().scrollTop = 0
  pane().focus({ preventScroll: true })
}

function shut({ push = true } = {}) {
  const left = links().find((link) => has(link, openId()))
  pane().replaceWith(document.getElementById("no-event").content.cloneNode(true))
  body.classList.remove("at-event")
  if (push) history.pushState({}, "", feed.dataset.rows.replace("rows/", ""))
  mark()
  left?.focus()
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
  const link = event.target.closest("a.ev, #event .earlier")
  const back = event.target.closest("#event .back")
  if (!link && !back) return
  event.preventDefault()
  if (back) shut()
  else open(link.href)
})

addEventListener("popstate", () => {
  if (/\/activity\/[0-9a-f-]{36}\/$/.test(location.pathname)) open(location.href, { push: false })
  else if (openId()) shut({ push: false })
})

// j and k go through the list, / searches, Escape shuts the event.
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey) return
  const field = event.target.closest("input, textarea, select")
  if (event.key === "Escape" && openId() && !field && !document.querySelector("dialog[open]")) return shut()
  if (field) return
  if (event.key === "/") {
    event.preventDefault()
    return document.getElementById("words").focus()
  }
  const step = { j: 1, k: -1 }[event.key]
  if (!step) return
  const all = links()
  const here = all.findIndex((link) => link === document.activeElement || (!feed.contains(document.activeElement) && has(link, openId())))
  all[Math.max(0, Math.min(all.length - 1, here + step))]?.focus()
})

let timer = 0
let asked = 0
let missed = false
let again = false

function soon() {
  if (document.hidden) return void (missed = true)
  // A look that is on its way may have been answered before this happened.
  if (timer) return void (again = true)
  timer = setTimeout(look, Math.max(BRIEFLY, asked + GAP - Date.now()))
}

// The rows, and the event that is open, as they are now.
async function look() {
  asked = Date.now()
  missed = again = false
  try {
    await Promise.all([lookAtRows(), lookAtEvent()])
  } catch {
    missed = true // the line says when it is back
  } finally {
    timer = 0
    if (again) soon()
  }
}

async function fragment(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15_000) })
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
  return new DOMParser().parseFromString(await answer.text(), "text/html")
}

async function lookAtRows() {
  if (!("live" in feed.dataset)) return
  const fresh = await fragment(feed.dataset.rows)
  const rows = [...fresh.querySelectorAll("#events > li")]
  const list = feed.querySelector("ol#events")
  if (!rows.length || !list || !rows.some((row) => document.getElementById(row.id))) {
    feed.replaceChildren(...fresh.body.childNodes)
    htmx.process(feed)
  } else {
    merge(list, rows)
  }
  mark()
}

function merge(list, rows) {
  let place = list.firstElementChild
  const above = feed.scrollTop ? feed.scrollHeight : 0
  for (const row of rows) {
    const known = document.getElementById(row.id)
    // The last one may be a run of equal events that the page's end has cut, and stand here whole.
    if (!known && row === rows.at(-1)) continue
    if (!known) {
      row.firstElementChild.classList.add("fresh")
      list.insertBefore(row, place)
    } else {
      if (said(known) !== said(row)) swap(known, row)
      place = document.getElementById(row.id).nextElementSibling
    }
  }
  // Who has scrolled down keeps their place.
  if (above) feed.scrollTop += feed.scrollHeight - above
}

// What a row says, without what the page itself has put into it.
function said(row) {
  const copy = row.cloneNode(true)
  copy.querySelectorAll("local-time").forEach((time) => time.replaceChildren())
  copy.firstElementChild.removeAttribute("aria-current")
  copy.firstElementChild.classList.remove("fresh")
  copy.querySelectorAll("[title]").forEach((part) => part.localName === "local-time" && part.removeAttribute("title"))
  return copy.textContent.replace(/\s+/g, " ") + copy.querySelectorAll(".out").length
}

function swap(known, row) {
  const focused = known.contains(document.activeElement)
  known.replaceWith(row)
  if (focused) row.firstElementChild.focus()
}

async function lookAtEvent() {
  const id = openId()
  if (!id) return
  const fresh = (await fragment(`/activity/${id}/`)).getElementById("event")
  // Not while somebody is about to press something in it.
  if (!fresh || openId() !== id || pane().querySelector("form :focus, .htmx-request")) return
  if (words(fresh) === words(pane())) return
  const unfolded = [...pane().querySelectorAll("details[open]")].map((part) => part.id)
  const { scrollTop } = pane()
  const had = pane().contains(document.activeElement)
  pane().replaceWith(fresh)
  htmx.process(fresh)
  for (const part of unfolded) document.getElementById(part)?.setAttribute("open", "")
  fresh.scrollTop = scrollTop
  if (had) fresh.focus({ preventScroll: true })
}

function words(part) {
  const copy = part.cloneNode(true)
  copy.querySelectorAll("local-time").forEach((time) => time.replaceChildren())
  return copy.textContent.replace(/\s+/g, " ")
}

const bar = document.getElementById("line")
let patience = 0

line.addEventListener("activity", soon)
line.addEventListener("access", soon)
line.addEventListener("up", () => {
  clearTimeout(patience)
  patience = 0
  bar.hidden = true
  soon()
})
line.addEventListener("down", () => {
  patience ||= setTimeout(() => { bar.hidden = false }, HICCUP)
})
document.addEventListener("visibilitychange", () => document.hidden || !missed || soon())
document.addEventListener("htmx:afterSwap", ({ target }) => { if (target.id === "event" || target.id === "events") mark() })
