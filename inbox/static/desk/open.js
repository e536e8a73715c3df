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
  if (push) history.pushState({ id, number, inside: true }, "", addressOf(number))
  if (openId() === id) return shown()
  try {
    await htmx.ajax("GET", `/conversations/${id}/`, { target: "#thread", swap: "outerHTML" })
  } catch {
    toast("The conversation could not be loaded. Try again when the line is back.")
  }
  if (wanted !== id) return
  if (openId() === id) shown()
  else toast("The conversation did not open. Try again in a moment.")
}

function shown() {
  const thread = document.getElementById("thread")
  mark(openId()) // the list may have been read again meanwhile
  document.title = `${thread.dataset.title} · ${body.dataset.viewTitle} · ${body.dataset.workspace}`
  thread.focus({ preventScroll: true })
}

function mark(id) {
  for (const row of document.querySelectorAll(".row")) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "true")
    else row.removeAttribute("aria-current")
  }
}

// Leaves the conversation: to where the reader came from, or to the list where a shared address brought them.
export function backToList({ push = true } = {}) {
  if (push && history.state?.inside) return history.back()
  if (push) history.pushState({}, "", `/inbox/${body.dataset.view}/`)
  const left = document.getElementById(`row-${openId()}`)
  body.classList.remove("at-thread", "show-contact")
  line.say({ type: "close" })
  clear()
  mark(wanted = null)
  document.title = `${body.dataset.viewTitle} · ${body.dataset.workspace}`
  left?.focus()
}

function clear() {
  const { content } = document.getElementById("nothing-open")
  for (const id of ["thread", "contact"]) {
    document.getElementById(id).replaceWith(content.getElementById(id).cloneNode(true))
  }
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const row = event.target.closest(".row, .toast [data-number]")
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
  history.replaceState({}, "", `/inbox/${body.dataset.view}/`)
  backToList({ push: false })
  const words = "You can no longer see this conversation: it was moved to a team that you are not in."
  document.querySelector("#thread .empty").textContent = words
  if (matchMedia("(max-width: 899px)").matches) toast(words)  // where the list has taken the place of the words
})
