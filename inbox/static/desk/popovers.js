// What a menu does on every page: it stands under its button, takes the keyboard, and goes after a choice.
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

export function place(menu) {
  const button = document.querySelector(`[popovertarget="${menu.id}"]`)
  if (!button) return
  const from = button.getBoundingClientRect()
  const low = from.bottom + menu.offsetHeight + 8 > innerHeight && from.top > menu.offsetHeight
  const left = Math.max(8, Math.min(from.left, innerWidth - menu.offsetWidth - 8))
  menu.style.left = `${from.left < 60 && low ? from.right + 8 : left}px`
  menu.style.top = low ? "auto" : `${from.bottom + 6}px`
  menu.style.bottom = low ? `${innerHeight - from.bottom}px` : "auto"
}

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.(".menu .item")
  if (!item || !["ArrowDown", "ArrowUp"].includes(event.key)) return
  event.preventDefault()
  const items = [...item.closest(".menu").querySelectorAll(".item")]
  const step = event.key === "ArrowDown" ? 1 : -1
  items[(items.indexOf(item) + step + items.length) % items.length].focus()
})

// A choice was made: the menu's work is done.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post" && detail.successful) detail.elt.closest(".menu")?.hidePopover()
})
