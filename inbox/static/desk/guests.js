// Who sees a conversation besides its team, and whether I follow it: kept up to date, and access given.
import { post } from "./csrf.js"
import { toast } from "./toast.js"
import { me } from "./socket.js"

const CHANGES = new Set(["access_given", "access_ended", "moved", "left_team"])

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form.give")
  if (!form) return
  event.preventDefault()
  const field = form.closest("mention-field")
  const button = form.querySelector("button")
  button.disabled = true
  try {
    const answer = await post(form.action, new FormData(form))
    const said = await answer.text()
    const plain = answer.headers.get("Content-Type")?.startsWith("text/plain")
    if (!answer.ok || answer.redirected) return toast(plain ? said : "That did not work. Load the page again.")
    show("access", said)
    if (field?.text.value) field.check()
    else field?.say("")
  } catch {
    toast("There is no line just now. Try again when it is back.")
  } finally {
    button.disabled = false
  }
})

document.addEventListener("added", ({ detail: items }) => {
  const access = document.getElementById("access")
  const follow = document.getElementById("follow")
  const told = (item) => item.dataset.kind === "note" || item.dataset.edits
  if (access && items.some((item) => CHANGES.has(item.dataset.action) || (!access.hidden && told(item)))) {
    look(access)
  }
  const follows = (item) => item.dataset.by === me || item.dataset.action === "assigned" || told(item)
  if (follow?.dataset.follows === "no" && items.some(follows)) look(follow)
})

async function look(part) {
  try {
    const answer = await fetch(part.dataset.url)
    if (answer.ok && !answer.redirected && part.isConnected) show(part.id, await answer.text())
  } catch {
    // It shows what it knew; the next change asks again.
  }
}

function show(id, html) {
  const old = document.getElementById(id)
  const holder = document.createElement("template")
  holder.innerHTML = html
  const fresh = holder.content.querySelector(`#${id}`)
  if (!old || !fresh || old.contains(document.activeElement) && old.outerHTML === fresh.outerHTML) return
  old.replaceWith(fresh)
  htmx.process(fresh)
}
