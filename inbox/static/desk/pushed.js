// A tap on what was pushed leads here: the desk that is open goes to the conversation, without a load where it can.
import { openConversation } from "./open.js"

navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
  if (!data?.open) return
  ports[0]?.postMessage("here")
  const number = /^\/inbox\/.+\/(\d+)\/$/.exec(data.open)?.[1]
  const row = number && document.querySelector(`.row[data-number="${number}"]`)
  if (row) openConversation(row.dataset.id, number)
  else location.assign(data.open)
})
