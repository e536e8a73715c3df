// The teammate's notices, live on every page that has the line. A frame only says that they changed; what they are now
// the server says, as far as it may be seen. `notices` on the document carries its answer.
import { inFront } from "./front.js"
import { line } from "./socket.js"
import { tell } from "./toast.js"

const BRIEFLY = 50
// Under a flood each page asks every other second, not with every frame.
const GAP = 1500
let timer = 0
let asked = 0
let again = false
// The newest notice that this page knows of: ids are in order of time. Only what comes after it is news.
let known = null

function soon() {
  // An answer that is on its way may have been written before this happened.
  if (timer) return void (again = true)
  timer = setTimeout(look, Math.max(BRIEFLY + Math.random() * BRIEFLY, asked + GAP - Date.now()))
}

async function look() {
  asked = Date.now()
  again = false
  try {
    const answer = await fetch("/notifications/news/", { signal: AbortSignal.timeout(15_000) })
    if (answer.ok && !answer.redirected) hear(await answer.json())
  } catch {
    // The next frame, or the line's return, asks again.
  } finally {
    timer = 0
    if (again) soon()
  }
}

function hear(answer) {
  document.dispatchEvent(new CustomEvent("notices", { detail: answer }))
  const { newest } = answer
  const isNews = newest && known !== null && newest.id > known
  known = newest?.id ?? known ?? ""
  if (isNews && !newest.is_read && newest.conversation !== inFront() && !document.hidden) announce(newest)
}

function announce(notice) {
  if (document.body.classList.contains("in-notices")) return // it stands in the list
  const link = tell(notice.title, notice.about, "Open", notice.url)
  if (!link) return
  link.dataset.notice = notice.id
  const number = /^\/inbox\/all\/(\d+)\/$/.exec(notice.url)?.[1]
  if (notice.conversation && number) Object.assign(link.dataset, { id: notice.conversation, number })
}

// Who follows a notice has read it. The page may be left at once: the request outlives it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-notice]")
  if (!link) return
  const token = document.querySelector('meta[name="csrf-token"]').content
  const asked = { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }
  fetch(`/notifications/${link.dataset.notice}/read/`, asked).catch(() => {})
})

for (const type of ["up", "notices", "access", "gone"]) line.addEventListener(type, soon)
