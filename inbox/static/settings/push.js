// Settings → Notifications: turns push on and off in this browser, and says what stands in the way.
import { post } from "../desk/csrf.js"

const panel = document.getElementById("push")
const words = panel.querySelector("[data-words]")
const on = panel.querySelector("[data-on]")
const off = panel.querySelector("[data-off]")

function say(text, { turnsOn = false, turnsOff = false } = {}) {
  words.textContent = text
  on.hidden = !turnsOn
  off.hidden = !turnsOff
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0))
}

function sameKey(subscription) {
  const had = subscription.options?.applicationServerKey
  if (!had) return true
  return new Uint8Array(had).join() === bytes(panel.dataset.key).join()
}

async function rowOf(subscription) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint))
  const mark = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return document.querySelector(`[data-mark="${mark}"]`)
}

function obstacle() {
  if (!panel.dataset.key) return "Push is not set up. Whoever runs Frontdesk finds why in the log."
  if (!isSecureContext) return "Push needs HTTPS. Open Frontdesk at its https:// address."
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1)
  const installed = navigator.standalone || matchMedia("(display-mode: standalone)").matches
  if (apple && !installed) return "On an iPhone or iPad, first add Frontdesk to the Home Screen (Share, Add to Home Screen), and open it there."
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return "This browser knows no push."
  if (Notification.permission === "denied") return "You have forbidden it. Allow notifications for this page in the browser's own settings, and come back."
  return ""
}

async function show() {
  const problem = obstacle()
  if (problem) return say(problem)
  const registration = await navigator.serviceWorker.register("/sw.js")
  const subscription = await registration.pushManager.getSubscription()
  const row = subscription && (await rowOf(subscription))
  if (!row) return say("This browser is told nothing yet.", { turnsOn: true })
  row.querySelector("[data-here]").hidden = false
  return say("This browser is told.", { turnsOff: true })
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return show()
  await navigator.serviceWorker.register("/sw.js")
  const { pushManager } = await navigator.serviceWorker.ready
  const before = await pushManager.getSubscription()
  if (before && !sameKey(before)) await before.unsubscribe()
  const fresh = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(panel.dataset.key) })
  const { endpoint, keys } = fresh.toJSON()
  const answer = await post(panel.dataset.url, { endpoint, ...keys })
  if (answer.ok) return location.reload()
  if (answer.status !== 422) throw new Error(String(answer.status))
  return say(await answer.text(), { turnsOn: true })
}

async function turnOff() {
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.getSubscription()
  const row = subscription && (await rowOf(subscription))
  await subscription?.unsubscribe()
  row?.querySelector("form").requestSubmit()
}

async function attempt(work) {
  on.disabled = off.disabled = true
  try {
    await work()
  } catch {
    say("The browser's push service was not reached. Try again in a moment.", { turnsOn: true })
  }
  on.disabled = off.disabled = false
}

on.addEventListener("click", () => attempt(turnOn))
off.addEventListener("click", () => attempt(turnOff))
attempt(show)
