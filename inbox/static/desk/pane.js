// The contact beside the thread is drawn again when the desk learns more of who it is: a suggestion, a merge, its end.
import { line } from "./socket.js"
import { openId } from "./open.js"

async function redraw() {
  const id = openId()
  if (!id) return
  try {
    await htmx.ajax("GET", `/conversations/${id}/contact/`, { source: "#contact", target: "#contact", swap: "outerHTML" })
  } catch {
    // The line is down: once it is back, the page reads what it missed.
  }
}

line.addEventListener("contact", ({ detail }) => {
  if (detail.conversation !== openId()) return
  const thread = document.getElementById("thread")
  document.title = document.title.replace(thread.dataset.title, () => detail.name)
  thread.dataset.title = detail.name
  thread.querySelector(".title bdi").textContent = detail.name
  redraw()
})
line.addEventListener("up", ({ detail }) => {
  if (detail.again) redraw()
})
