// Menus load when they open, stand under their button, and go after a choice. What fails is said.
import { line } from "./socket.js"
import { openId } from "./open.js"
import { toast } from "./toast.js"

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target
    if (!menu.matches?.(".menu") || event.newState !== "open") return
    place(menu)
    if (menu.hasAttribute("hx-get")) htmx.trigger(menu, "menu-opened")
    else menu.querySelector(".item")?.focus()
  },
  true,
)

function place(menu) {
  const button = document.querySelector(`[popovertarget="${menu.id}"]`)
  if (!button) return
  const from = button.getBoundingClientRect()
  const low = from.bottom + menu.offsetHeight + 8 > innerHeight && from.top > menu.offsetHeight
  const left = Math.max(8, Math.min(from.left, innerWidth - menu.offsetWidth - 8))
  menu.style.left = `${from.left < 60 && low ? from.right + 8 : left}px`
  menu.style.top = low ? "auto" : `${from.bottom + 6}px`
  menu.style.bottom = low ? `${innerHeight - from.bottom}px` : "auto"
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!detail.target.matches?.(".menu")) return
  place(detail.target)
  detail.target.querySelector(".item[aria-current], .item")?.focus()
})

// A choice was made: the menu's work is done.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post" && detail.successful) detail.elt.closest(".menu")?.hidePopover()
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

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.(".menu .item")
  if (!item || !["ArrowDown", "ArrowUp"].includes(event.key)) return
  event.preventDefault()
  const items = [...item.closest(".menu").querySelectorAll(".item")]
  const step = event.key === "ArrowDown" ? 1 : -1
  items[(items.indexOf(item) + step + items.length) % items.length].focus()
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
