// Notes in the thread: one's own have a pencil, and what was edited, here or elsewhere, is read anew.
import "./note-editor.js"
import { me } from "./socket.js"
import { toast } from "./toast.js"

const address = (stream, seq) => `/conversations/${stream.id_}/notes/${seq}/`
const turns = new Map()

function parse(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html
  return holder.content.firstElementChild
}

// A message knows no reader: what is the reader's own in it is marked here.
document.addEventListener("arranged", ({ target: stream }) => {
  for (const name of stream.querySelectorAll(`.mention[data-mate="${me}"]:not(.me)`)) name.classList.add("me")
  if (!stream.closest(".thread").querySelector("message-composer")) return
  for (const note of stream.querySelectorAll(".msg.note.mine:not(.pending)")) {
    if (!note.querySelector(".pencil")) note.querySelector(".by").after(pencil())
  }
})

function pencil() {
  const icons = document.querySelector("svg.i use").getAttribute("href").split("#")[0]
  const button = document.createElement("button")
  button.type = "button"
  button.className = "pencil"
  button.setAttribute("aria-label", "Edit this note")
  button.innerHTML = `<svg class="i" aria-hidden="true"><use href="${icons}#pencil" /></svg>`
  return button
}

document.addEventListener("click", async ({ target }) => {
  const note = target.closest?.(".pencil")?.closest(".msg")
  if (!note || note.classList.contains("editing")) return
  const stream = note.closest("message-stream")
  try {
    const answer = await fetch(`${address(stream, note.dataset.seq)}edit/`)
    if (!answer.ok || answer.redirected) return toast("This note cannot be edited just now. Load the page again.")
    const editor = parse(await answer.text())
    if (!note.isConnected || note.querySelector("note-editor")) return
    note.classList.add("editing")
    note.append(editor)
  } catch {
    toast("There is no line just now. Try again when it is back.")
  }
})

document.addEventListener("closed", ({ target, detail: saved }) => {
  const note = target.closest(".msg")
  const stream = note?.closest("message-stream")
  if (!note) return
  target.remove()
  note.classList.remove("editing")
  if (saved) replace(stream, saved.html)
  stream.querySelector(`.msg[data-seq="${note.dataset.seq}"] .pencil`)?.focus({ preventScroll: true })
  if (saved?.unseen) stream.closest(".thread").querySelector("mention-field").warn(saved.unseen)
})

document.addEventListener("added", ({ target: stream, detail: items }) => {
  for (const item of items) if (item.dataset.edits) renew(stream, item.dataset.edits)
})

// Of several answers on their way the last that was asked for counts. Without a line it is asked for again later.
async function renew(stream, seq) {
  if (!stream.querySelector(`.msg[data-seq="${seq}"]`)) return
  const url = address(stream, seq)
  const turn = (turns.get(url) ?? 0) + 1
  turns.set(url, turn)
  try {
    const answer = await fetch(url)
    if (answer.status >= 500) throw new Error("later")
    if (answer.ok && !answer.redirected && turns.get(url) === turn) replace(stream, await answer.text())
  } catch {
    setTimeout(() => stream.isConnected && turns.get(url) === turn && renew(stream, seq), 3000 + Math.random() * 2000)
  }
}

// Puts a note in place of what it was, with what is being read kept where it is.
function replace(stream, html) {
  const fresh = parse(html)
  const { box } = stream
  const old = box.querySelector(`.msg[data-seq="${fresh.dataset.seq}"]`)
  if (!old) return
  const passed = old.getBoundingClientRect().top < box.getBoundingClientRect().top
  const { stuck } = stream
  const height = box.scrollHeight
  const kept = box.scrollTop
  const editor = old.querySelector("note-editor")
  const focused = old.querySelector(".pencil:focus")
  if (editor) for (const part of [".by", ".bub"]) old.querySelector(part).replaceWith(fresh.querySelector(part))
  else old.replaceWith(fresh)
  stream.arrange()
  if (focused) fresh.querySelector(".pencil")?.focus({ preventScroll: true })
  if (stuck) stream.toEnd()
  else box.scrollTop = passed ? kept + box.scrollHeight - height : kept
}
