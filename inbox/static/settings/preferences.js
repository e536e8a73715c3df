// Settings → Notifications: each box is saved as it is ticked, one after the other.
import { post } from "../desk/csrf.js"

const form = document.getElementById("choices")
const said = form.querySelector("[data-said]")
const waiting = []
let busy = false
let hush

form.querySelector("[data-save]").hidden = true

function say(words, { lasts = false } = {}) {
  clearTimeout(hush)
  said.textContent = words
  said.classList.toggle("bad", lasts)
  if (words && !lasts) hush = setTimeout(() => say(""), 2500)
}

// Kept alive: whoever leaves the page at once has chosen all the same.
function send(box) {
  const { choice, way } = box.dataset
  return post(form.action, { choice, way, on: box.checked ? "yes" : "no" }, { keepalive: true })
}

async function save(box) {
  const on = box.checked
  try {
    const answer = await send(box)
    if (answer.status === 422) throw new Error(await answer.text())
    // A sign-in page, say: nothing was saved.
    if (answer.status !== 204) throw new Error("It was not saved. Load the page again.")
    say("Saved")
  } catch (error) {
    box.checked = !on
    say(error.name === "Error" ? error.message : "It was not saved: Frontdesk was not reached. Try again.", { lasts: true })
  }
}

async function drain() {
  if (busy) return
  busy = true
  while (waiting.length) await save(waiting.shift())
  busy = false
}

form.addEventListener("change", ({ target }) => {
  if (!target.dataset.choice) return
  waiting.push(target)
  drain()
})

addEventListener("pagehide", () => {
  while (waiting.length) send(waiting.shift())
})
