// Which conversation is in front of its reader: open, on a page that is shown, in the window that has the keyboard. The
// server is told, and told again with its heartbeats: so nobody's phone rings for what they look at.
import { line } from "./socket.js"

const AGAIN = 18_000
let at = 0

export function inFront() {
  if (document.hidden || !document.hasFocus()) return null
  return document.getElementById("thread")?.dataset.conversation ?? null
}

function tell() {
  if (inFront() && Date.now() - at > AGAIN) {
    at = Date.now()
    line.say({ type: "front" })
  } else if (!inFront() && at) {
    at = 0
    line.say({ type: "back" })
  }
}

// Another conversation, or a new line: what was said before holds no longer.
line.addEventListener("opened", () => {
  at = 0
  tell()
})
line.addEventListener("heartbeat", tell)
for (const type of ["focus", "blur"]) addEventListener(type, tell)
document.addEventListener("visibilitychange", tell)
