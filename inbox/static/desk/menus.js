// Menus load when they open, stand under their button, and go after a choice. What fails is said.
import { line } from "./socket.js"
import { place } from "./popovers.js"
import { openId } from "./open.js"
import { toast } from "./toast.js"

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!detail.target.matches?.(".menu")) return
  place(detail.target)
  detail.target.querySelector(".item[aria-current], .item")?.focus()
})

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { xhr } = detail
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")
  if (xhr.status === 404) toast("This conversation is not there for you any more.")
  else toast(plain ? xhr.responseText : "That did not work. Load the page again and try once more.")
})
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.elt.matches?.(".menu")) detail.elt.hidePopover()
  toast("There is no line just now. Try again when it is back.")
})

// A time that was picked is a time where the reader is.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const { parameters } = detail
  const until = parameters.get?.("until") ?? parameters.until
  if (detail.verb === "post" && until && !/(Z|[+-]\d\d:\d\d)$/.test(until)) parameters.until = new Date(until).toISOString()
})

// A change that somebody made, here or elsewhere: the header follows.
line.addEventListener("state", ({ detail }) => {
  const state = document.getElementById("state")
  if (detail.conversation !== openId() || !state) return
  const focused = state.contains(document.activeElement) ? document.activeElement.dataset.key : null
  const holder = document.createElement("template")
  holder.innerHTML = detail.html
  const fresh = holder.content.firstElementChild
  state.replaceWith(fresh)
  htmx.process(fresh)
  if (focused) fresh.querySelector(`[data-key="${focused}"]`)?.focus()
})
