// <conversation-list>: rows come, move and go as things happen, each by what it is and not by who looks.
import { line, me } from "./socket.js"
import { addressOf, openId } from "./open.js"

const list = document.querySelector("conversation-list")
const rows = document.getElementById("rows")
const view = list.dataset.view

function belongs(frame) {
  if (view.startsWith("team/")) return frame.status === "open" && frame.team === view.slice(5)
  if (view === "snoozed" || view === "closed") return frame.status === view
  // Whom a note names the frame does not say: what is not in the list comes when it is read again.
  if (view === "mentions") return Boolean(document.getElementById(`row-${frame.id}`))
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
  markNamed(row)
}

// Conversations that hold a mention of me which I have not read: an @ stands in their rows.
let named = new Set()

function markNamed(row) {
  row.classList.toggle("named", named.has(row.dataset.id))
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
  if (old && Number(old.dataset.seq) > frame.last_seq) return  // a newer one overtook it
  // A note may name me, and its edit name me no more.
  if (view === "mentions" && frame.kind !== "reply") soon()
  if (!belongs(frame)) {
    steady(() => old?.remove())
    return rows.querySelector(".row") ? undefined : soon()
  }
  // It came into this view without a word being said: whether it holds something unread, the server knows.
  if (!old && frame.kind === "action") soon()
  const row = parse(frame.html)
  personalise(row)
  const said = frame.kind !== "action" && frame.by !== me
  row.classList.toggle("unread", !watching(frame.id) && (said || Boolean(old?.classList.contains("unread"))))
  rows.querySelector(".empty")?.remove()
  const at = Date.parse(row.dataset.at)
  const others = [...rows.querySelectorAll(".row")].filter((other) => other !== old)
  const below = others.find((other) => Date.parse(other.dataset.at) < at)
  const end = rows.querySelector(".more")
  if (!below && end && old === null) return  // beyond what is loaded: it comes with its page
  steady(() => {
    old?.remove()
    rows.insertBefore(row, below ?? end)
  })
}

// Runs a change of the rows with what is being read, and the keyboard's place, kept where they are.
function steady(change) {
  const top = rows.getBoundingClientRect().top
  const focused = rows.contains(document.activeElement) ? document.activeElement.id : ""
  const first = rows.scrollTop > 0 && [...rows.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().bottom > top)
  const { id, offset } = first ? { id: first.id, offset: first.getBoundingClientRect().top } : {}
  change()
  const same = id && document.getElementById(id)
  if (same) rows.scrollTop += same.getBoundingClientRect().top - offset
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true })
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

// Reads again as many pages as there are, and then does once more what was heard meanwhile.
let heard = null
async function reload() {
  if (heard) return soon()
  heard = []
  try {
    const fresh = await pages(rows.querySelectorAll(".row").length)
    if (!fresh) return
    steady(() => rows.replaceChildren(fresh))
    rows.querySelectorAll(".row").forEach(personalise)
    htmx.process(rows)
    heard.forEach(place)
  } catch {
    // The line's next return asks again.
  } finally {
    heard = null
  }
}

async function pages(count) {
  const holder = document.createElement("template")
  let next = list.dataset.url
  do {
    const answer = await fetch(next)
    if (!answer.ok || answer.redirected) return null
    holder.content.querySelector(".more")?.remove()
    const page = document.createElement("template")
    page.innerHTML = await answer.text()
    holder.content.append(page.content)
    next = holder.content.querySelector(".more")?.getAttribute("hx-get")
  } while (next && holder.content.querySelectorAll(".row").length < count)
  return holder.content
}

let later = 0
function soon() {
  clearTimeout(later)
  later = setTimeout(reload, 300 + Math.random() * 700)
}

rows.querySelectorAll(".row").forEach(personalise)
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.(".row")) personalise(node)
}).observe(rows, { childList: true })

line.addEventListener("conversation", ({ detail }) => {
  heard?.push(detail)
  place(detail)
  recount()
})
line.addEventListener("seen", ({ detail }) => {
  const row = document.getElementById(`row-${detail.conversation}`)
  if (row && Number(row.dataset.seq) <= detail.seq) row.classList.remove("unread", "named")
  recount()
})
document.addEventListener("notices", ({ detail }) => {
  named = new Set(detail.mentions)
  rows.querySelectorAll(".row").forEach(markNamed)
  recount()
})
line.addEventListener("gone", recount)
// A team was made private, or somebody came into one: what this list may show is asked again.
line.addEventListener("access", () => {
  soon()
  recount()
})
line.addEventListener("up", ({ detail }) => {
  // What happened between the drawing of this page and the line's first word was told to nobody.
  if (detail.again) reload()
  else soon()
  recount()
})
