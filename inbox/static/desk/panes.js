// Widths that are dragged or stepped, and remembered; panes that open over others on small screens.
const LIMITS = { list: [260, 560], contact: [240, 460] }
const root = document.documentElement

function width(pane) {
  const element = pane === "list" ? document.querySelector(".list") : document.getElementById("contact")
  return element.getBoundingClientRect().width
}

function set(pane, pixels, keep = true) {
  const [least, most] = LIMITS[pane]
  const value = Math.round(Math.min(most, Math.max(least, pixels)))
  root.style.setProperty(`--${pane}-width`, `${value}px`)
  document.querySelector(`[data-grip="${pane}"]`)?.setAttribute("aria-valuenow", value)
  try {
    if (keep) localStorage.setItem(`width:${pane}`, value)
  } catch {
    // It holds for this page.
  }
}

for (const grip of document.querySelectorAll("[data-grip]")) {
  const pane = grip.dataset.grip
  const sign = pane === "list" ? 1 : -1
  const [least, most] = LIMITS[pane]
  grip.setAttribute("aria-valuemin", least)
  grip.setAttribute("aria-valuemax", most)
  let stored = null
  try {
    stored = Number(localStorage.getItem(`width:${pane}`))
  } catch {
    // The width of the stylesheet is fine.
  }
  if (stored) set(pane, stored, false)
  else grip.setAttribute("aria-valuenow", pane === "list" ? 340 : 312)
  grip.addEventListener("pointerdown", (event) => {
    const from = event.clientX
    const before = width(pane)
    grip.setPointerCapture(event.pointerId)
    const drag = (move) => set(pane, before + sign * (move.clientX - from))
    grip.addEventListener("pointermove", drag)
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", drag), { once: true })
  })
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (!step) return
    event.preventDefault()
    set(pane, width(pane) + sign * step)
  })
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-toggle]")
  if (button) document.body.classList.toggle(`show-${button.dataset.toggle}`)
  else if (!event.target.closest?.(".views")) document.body.classList.remove("show-views")
})
