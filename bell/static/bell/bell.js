// The Bell page: it swings whenever a bell rings, sounds if that is wanted, and keeps the lists true.
import { line } from "../desk/socket.js"
import "../desk/notices.js"
import { toast } from "../desk/toast.js"
import { strike } from "./sound.js"

const WANTED = "bell-sound"
const live = document.getElementById("live")
const bell = document.getElementById("screen-bell")
const said = document.getElementById("screen-said")
const sound = document.getElementById("sound")

sound.checked = read() === "on"
sound.addEventListener("change", () => {
  try {
    localStorage.setItem(WANTED, sound.checked ? "on" : "off")
  } catch {} // a browser that keeps nothing forgets the wish
  if (sound.checked) strike()
})

function read() {
  try {
    return localStorage.getItem(WANTED)
  } catch {
    return null
  }
}

// What was there when the page was drawn has been heard.
const heard = new Set(rows().map((row) => row.dataset.ring))
let playing = Promise.resolve()

function rows() {
  return [...live.querySelectorAll("[data-ring]")]
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms))

async function play(pattern) {
  for (let at = 0; at < pattern.length; at += 2) {
    bell.classList.remove("struck")
    void bell.offsetWidth // so that the swing begins anew
    bell.classList.add("struck")
    if (sound.checked) strike()
    await wait(pattern[at] + (pattern[at + 1] ?? 700))
  }
  bell.classList.remove("struck")
}

function listen() {
  const fresh = rows().filter((row) => !heard.has(row.dataset.ring)).reverse()
  fresh.forEach((row) => heard.add(row.dataset.ring))
  // One thing that happened rings several bells, and this one once; a burst is one roll.
  const reasons = new Map(fresh.map((row) => [row.querySelector(".ring-what > :first-child").textContent, row.dataset.pattern]))
  if (!reasons.size) return
  const last = [...reasons].at(-1)
  const patterns = reasons.size > 5 ? [Array(19).fill(70)] : [...reasons.values()].map((text) => text.split(" ").map(Number))
  said.textContent = reasons.size > 5 ? `${reasons.size} in a row, the last: ${last[0]}` : last[0]
  for (const pattern of patterns) playing = playing.then(() => play(pattern))
}

let timer = 0
let missed = false

function soon() {
  timer ||= setTimeout(look, 60)
}

async function look() {
  timer = 0
  try {
    const answer = await fetch(live.dataset.parts, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15_000) })
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
    show(await answer.text())
    missed = false
  } catch {
    missed = true // the line says when it is back
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html")
  for (const id of ["bells", "rings"]) {
    const now = document.getElementById(id)
    const then = fresh.getElementById(id)
    // Not under the fingers of somebody who sets hours.
    if (id === "bells" && now.querySelector("details[open] :focus")) continue
    if (words(now) !== words(then)) swap(now, then)
  }
  listen()
}

function swap(now, then) {
  const open = [...now.querySelectorAll("details[open]")].map((part) => part.id)
  const focused = now.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null
  now.replaceWith(document.adoptNode(then))
  for (const id of open) document.getElementById(id)?.setAttribute("open", "")
  if (focused) then.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus()
}

function words(part) {
  const copy = part.cloneNode(true)
  copy.querySelectorAll("local-time").forEach((time) => time.replaceChildren())
  return copy.textContent.replace(/\s+/g, " ") + [...copy.querySelectorAll(".bell-dot.on, [data-ring]")].map((part) => part.dataset.ring ?? "on").join()
}

document.getElementById("ring")?.addEventListener("submit", async (event) => {
  event.preventDefault()
  const form = event.target
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
    show(await answer.text())
  } catch {
    toast("It could not be rung. Try again when the line is back.")
  }
})

line.addEventListener("bell", soon)
line.addEventListener("up", ({ detail }) => { if (detail.again || missed) soon() })
