// How much is unread: beside the bell in the rail, in the page's title, and on its icon. The number is the server's: as
// the page was served with it, and on pages that have the line as `notices` brings it (notices.js).
const link = document.querySelector("[data-badge]")
const title = document.querySelector("title")
const icon = document.querySelector('link[rel="icon"]')
let mark = ""

// `count` is a number as it is written: "", "3", "99+".
function show(count) {
  if (!link) return
  link.querySelector(".badge").textContent = count
  link.setAttribute("aria-label", count ? `${link.title}, ${count} unread` : link.title)
  icon?.setAttribute("href", count ? link.dataset.iconUnread : link.dataset.iconRead)
  name(count ? `(${count}) ` : "")
  if (count) navigator.setAppBadge?.(Number.parseInt(count, 10)).catch(() => {})
  else navigator.clearAppBadge?.().catch(() => {})
}

function name(wanted) {
  const plain = mark && document.title.startsWith(mark) ? document.title.slice(mark.length) : document.title
  mark = wanted
  if (document.title !== mark + plain) document.title = mark + plain
}

// Whatever the page calls itself from now on, the number stands before it.
if (title) new MutationObserver(() => name(mark)).observe(title, { childList: true, characterData: true, subtree: true })
document.addEventListener("notices", ({ detail }) => show(detail.unread))
if (link) show(link.querySelector(".badge").textContent.trim())
