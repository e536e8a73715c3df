// Shows what is pushed (notifications/transports/push.py says what comes), and opens it. It caches nothing.
const ICON = "/static/icon-192.png"
const SETTINGS = "/settings/notifications/"

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()))

// Each push shows something, whatever is open: browsers take the permission away from those who break that promise.
self.addEventListener("push", (event) => {
  event.waitUntil(told(read(event)))
})

function read(event) {
  try {
    return event.data.json()
  } catch {
    return { title: "Frontdesk", body: "Something happened. Open Frontdesk to see it." }
  }
}

async function told(message) {
  if (message.retract) return takeBack(message)
  // The same tag takes the place of what is shown, without a sound.
  return self.registration.showNotification(message.title || "Frontdesk", {
    body: message.body || "",
    tag: message.tag || "",
    icon: ICON,
    silent: Boolean(message.silent),
    actions: buttons(message),
    data: { url: message.url || "/", told: message.told || "" },
  })
}

const BUTTONS = { later: "Reply later", read: "Mark read" }

function buttons({ told, actions }) {
  // Safari and Firefox show none.
  const most = self.Notification?.maxActions || 0
  if (!told) return []
  return (actions || []).filter((name) => BUTTONS[name]).slice(0, most).map((name) => ({ action: name, title: BUTTONS[name] }))
}

async function takeBack({ retract, title }) {
  // Safari wants each push to show something: there, what was said is changed to say that it is over.
  if (needsShow()) {
    return self.registration.showNotification("Settled", { body: title || "", tag: retract, icon: ICON, silent: true, data: { url: "/" } })
  }
  for (const shown of await self.registration.getNotifications({ tag: retract })) shown.close()
}

function needsShow() {
  const agent = self.navigator.userAgent
  return agent.includes("AppleWebKit/") && !agent.includes("Chrome/")
}

self.addEventListener("notificationclick", (event) => {
  const { url, told } = event.notification.data || {}
  event.notification.close()
  event.waitUntil(BUTTONS[event.action] && told ? answer(told, event.action, url || "/") : open(url || "/"))
})

// Offline, signed out, or not for whoever is signed in now: then a human has to look.
async function answer(told, action, url) {
  try {
    if (await post(`/me/pushed/${told}/${action}/`, {})) return
  } catch {
    // No line.
  }
  await open(url)
}

// What is open goes there without a load; else there is a new window.
async function open(address) {
  const url = new URL(address, self.location.origin)
  if (url.origin !== self.location.origin) return self.clients.openWindow(url.href)
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const there = windows.find((window) => window.url === url.href)
  if (there) return there.focus()
  const desk = url.pathname.startsWith("/inbox/") && windows.find((window) => new URL(window.url).pathname.startsWith("/inbox/"))
  if (desk && (await goes(desk, url))) return desk.focus()
  return self.clients.openWindow(url.href)
}

// Whether the page there takes it on (desk/pushed.js). One that is from before, or asleep, says nothing.
function goes(window, url) {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(true)
    setTimeout(() => resolve(false), 400)
    window.postMessage({ open: url.pathname }, [port2])
  })
}

// The browser made itself another endpoint: the desk has to know that one.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event))
})

async function renew(event) {
  const former = event.oldSubscription
  const fresh = event.newSubscription || (former && (await self.registration.pushManager.subscribe(former.options)))
  if (!fresh) return
  const { endpoint, keys } = fresh.toJSON()
  await post(`${SETTINGS}push/`, { endpoint, ...keys, former: former?.endpoint || "" })
}

// Says whether it was done. Not if signed out meanwhile: the page of the settings does it once its owner is back.
async function post(address, fields) {
  const page = await fetch(SETTINGS, { credentials: "same-origin" })
  const token = /name="csrf-token" content="([^"]+)"/.exec(await page.text())
  if (!token || page.redirected) return false
  const answer = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": token[1] },
    body: new URLSearchParams(fields),
  })
  return answer.ok && !answer.redirected
}
