// The editor of a message: fields that fit the audience, and the message beside it as it is written.
const form = document.getElementById("message-form")
const trial = document.getElementById("trial")
const letter = document.getElementById("letter")
const WAIT = 600

function fit() {
  const audience = form.querySelector("[name=audience]:checked")?.value
  for (const part of form.querySelectorAll("[data-audience]")) part.hidden = part.dataset.audience !== audience
  for (const option of form.elements.channel.options) {
    option.hidden = option.value === "chat" ? audience !== "contact" : option.value === "inapp" && audience === "contact"
  }
}

// A frame of its own for each letter: going through them would fill the way back.
function draw() {
  const frame = letter.firstElementChild
  const next = frame.cloneNode(false)
  frame.replaceWith(next)
  form.requestSubmit(document.getElementById("draw"))
}

let later
function again() {
  clearTimeout(later)
  later = setTimeout(() => htmx.trigger("#try", "again"), WAIT)
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target !== trial) return
  letter.hidden = !trial.querySelector("[data-letter]")
  if (!letter.hidden) draw()
})

document.addEventListener("input", ({ target }) => { if (target.form === form) again() })
form.addEventListener("change", fit)
fit()
