// <conversation-list>: rows come, move and go as things happen, each by what it is and not by who looks.
import { line, me } from "./socket.js"
import { addressOf, openId } from "./open.js"

const list = document.querySelector("conversation-list")
const rows = document.getElementById("rows")
const view = list.dataset.view

function belongs(frame) {
  if (view.startsWith("team/")) return frame.status === "open" && frame.team === view.slice(5)
  if (view === "snoozed" || view === "closed") return frame.status === view
  if (frame.status !== "open") return false
  if (view === "mine") return frame.assignee === me
  return view === "unassigned" ? !frame.assignee : true
}

// A row knows nothing of its reader: the reader's own words become "You", and the address leads into this view.
function personalise(row) {
  row.setAttribute("href", addressOf(row.dataset.number))
  const by = row.querySelector(".by")
  if (by?.dataset.by === me) by.textContent = by.textContent.includes(", note") ? "You, note:" : "You:"
  if (row.dataset.id === openId()) row.setAttribute("aria-current", "true")
}

function parse(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html
  return holder.content.firstElementChild
}

function watching(id) {
  return id === openId() && !document.hidden && document.body.classList.contains("at-thread")
}

function place(frame) {
  const old = document.getElementById(`row-${frame.id}`)
  if (!belongs(frame)) return old?.remove()
  const row = parse(frame.html)
  personalise(row)
  const said = frame.kind !== "action" && frame.by !== me
  row.classList.toggle("unread", !watching(frame.id) && (said || Boolean(old?.classList.contains("unread"))))
  rows.querySelector(".empty")?.remove()
  const focused = old !== null && old === document.activeElement
  const at = Date.parse(row.dataset.at)
  const others = [...rows.querySelectorAll(".row")].filter((other) => other !== old)
  const below = others.find((other) => Date.parse(other.dataset.at) < at)
  const end = rows.querySelector(".more")
  if (!below && end && old === null) return  // beyond what is loaded: it comes with its page
  const keep = rows.scrollTop
  old?.remove()
  rows.insertBefore(row, below ?? end)
  rows.scrollTop = keep
  if (focused) row.focus({ preventScroll: true })
  htmx.process(row)
}

let counting = 0
function recount() {
  // Spread over a second, so that a busy inbox with many agents asks for few counts and not all at once.
  if (!counting) counting = setTimeout(count, 300 + Math.random() * 700)
}

async function count() {
  counting = 0
  try {
    const counts = await (await fetch("/inbox/counts/")).json()
    for (const number of document.querySelectorAll("[data-count]")) number.textContent = counts[number.dataset.count] ?? ""
  } catch {
    // The next change, or the line's return, counts again.
  }
}

async function reload() {
  try {
    const answer = await fetch(list.dataset.url)
    if (!answer.ok) return
    const html = await answer.text()
    const keep = rows.scrollTop
    rows.innerHTML = html
    rows.querySelectorAll(".row").forEach(personalise)
    rows.scrollTop = keep
    htmx.process(rows)
  } catch {
    // The line's next return asks again.
  }
}

rows.querySelectorAll(".row").forEach(personalise)
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.(".row")) personalise(node)
}).observe(rows, { childList: true })

line.addEventListener("conversation", ({ detail }) => {
  place(detail)
  recount()
})
line.addEventListener("seen", ({ detail }) => {
  const row = document.getElementById(`row-${detail.conversation}`)
  if (row && Number(row.dataset.seq) <= detail.seq) row.classList.remove("unread")
})
line.addEventListener("gone", recount)
line.addEventListener("up", ({ detail }) => {
  if (!detail.again) return
  reload()
  recount()
})
