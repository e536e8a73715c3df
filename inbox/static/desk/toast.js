// Says what went wrong and what to do, and goes away by itself.
export function toast(text) {
  const note = document.createElement("p")
  note.className = "toast"
  note.textContent = text
  document.getElementById("toasts").append(note)
  setTimeout(() => note.remove(), 8000)
}
