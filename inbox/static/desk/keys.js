// The keyboard of somebody who is here eight hours a day. Never while they type.
import { backToList, openConversation } from "./open.js"

const sheet = document.getElementById("keys")

function typing(target) {
  // A dialog that has just shut keeps the focus for a moment: the next key is the desk's already.
  return target.closest?.("input, textarea, select, [contenteditable], dialog[open]")
}

function selected() {
  const active = document.activeElement?.closest?.(".row")
  return active ?? document.querySelector('.row[aria-current="true"]')
}

function step(by) {
  const rows = [...document.querySelectorAll(".row")]
  const next = rows[rows.indexOf(selected()) + by] ?? (selected() ? null : rows[0])
  next?.focus()
  next?.scrollIntoView({ block: "nearest" })
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  r: () => document.querySelector("message-composer")?.choose("reply"),
  n: () => document.querySelector("message-composer")?.choose("note"),
  a: () => document.querySelector('#state [data-key="a"]')?.click(),
  s: () => document.querySelector('#state [data-key="s"]')?.click(),
  e: () => document.querySelector('#state [data-key="e"]')?.click(),
  "?": () => sheet.showModal(),
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const composer = event.target.closest?.("message-composer")
    if (composer) return document.getElementById("thread")?.focus()
    if (matchMedia("(max-width: 899px)").matches && !document.querySelector(":popover-open")) backToList()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  if (event.key === "Enter" && event.target.matches?.(".row")) {
    event.preventDefault()
    return openConversation(event.target.dataset.id, event.target.dataset.number)
  }
  const run = keys[event.key]
  if (!run || document.querySelector(":popover-open")) return
  event.preventDefault()
  run()
})

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-open="keys"]')) sheet.showModal()
})
