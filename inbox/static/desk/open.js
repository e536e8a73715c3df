// Opening a conversation from the list takes no page load; back, forward and a shared address lead to the same place.
import { line } from "./socket.js"
import { toast } from "./toast.js"

const body = document.body
let wanted = null

export function openId() {
  return document.getElementById("thread")?.dataset.conversation ?? null
}

export function addressOf(number) {
  return `/inbox/${body.dataset.view}/${number}/`
}

export async function openConversation(id, number, { push = true } = {}) {
  wanted = id
  mark(id)
  body.classList.add("at-thread")
  if (push) history.pushState({ id, number }, "", addressOf(number))
  if (openId() === id) return shown()
  try {
    await htmx.ajax("GET", `/conversations/${id}/`, { target: "#thread", swap: "outerHTML" })
  } catch {
    toast("The conversation could not be loaded. Try again when the line is back.")
  }
  if (wanted === id && openId() === id) shown()
}

function shown() {
  const thread = document.getElementById("thread")
  document.title = `${thread.dataset.title} · ${body.dataset.viewTitle} · ${body.dataset.workspace}`
  thread.focus({ preventScroll: true })
}

function mark(id) {
  for (const row of document.querySelectorAll(".row")) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "true")
    else row.removeAttribute("aria-current")
  }
}

export function backToList({ push = true } = {}) {
  body.classList.remove("at-thread")
  if (push) history.pushState({}, "", `/inbox/${body.dataset.view}/`)
  document.querySelector('.row[aria-current="true"]')?.focus()
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const row = event.target.closest(".row")
  if (row) {
    event.preventDefault()
    openConversation(row.dataset.id, row.dataset.number)
  } else if (event.target.closest("[data-back]")) {
    event.preventDefault()
    backToList()
  }
})

const start = document.getElementById("thread")
history.replaceState(openId() ? { id: openId(), number: start.dataset.number } : {}, "")
addEventListener("popstate", (event) => {
  if (event.state?.id) openConversation(event.state.id, event.state.number, { push: false })
  else backToList({ push: false })
})

line.addEventListener("gone", ({ detail }) => {
  document.getElementById(`row-${detail.conversation}`)?.remove()
  if (detail.conversation !== openId()) return
  const thread = document.getElementById("thread")
  const said = document.createElement("div")
  said.className = "empty"
  said.textContent = "You can no longer see this conversation: it was moved to a team that you are not in."
  thread.replaceChildren(said)
  delete thread.dataset.conversation
  document.getElementById("contact").hidden = true
})
