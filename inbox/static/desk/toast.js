// Short words in the corner that go away by themselves.
const LASTS = 8000
const MOST = 3

// Says what went wrong and what to do.
export function toast(text) {
  const note = document.createElement("p")
  note.className = "toast"
  note.textContent = text
  document.getElementById("toasts").append(note)
  setTimeout(() => note.remove(), LASTS)
}

// Says quietly that something is new, about whom, and leads there by a link of one word; it stays while it is pointed at,
// and a few are kept. Returns the link, null for none.
export function tell(text, about, word, address) {
  const note = document.createElement("p")
  note.className = "toast news"
  note.setAttribute("role", "status")
  const words = document.createElement("span")
  words.textContent = text
  note.append(words)
  if (about) words.append(Object.assign(document.createElement("bdi"), { textContent: about }))
  const others = [...document.querySelectorAll(".toast.news")]
  others.slice(0, Math.max(0, others.length - MOST + 1)).forEach((other) => other.remove())
  document.getElementById("toasts").append(note)
  const leave = () => {
    if (note.matches(":hover, :focus-within")) setTimeout(leave, LASTS / 4)
    else note.remove()
  }
  setTimeout(leave, LASTS)
  if (!address) return null
  const link = Object.assign(document.createElement("a"), { href: address, textContent: word })
  link.addEventListener("click", () => setTimeout(() => note.remove()))
  note.append(link)
  return link
}
