// What is away is said in one quiet bar, and nowhere else: the line, the database, or live updates. It waits a moment,
// so that a hiccup is not shown at all, and what may have been missed is read again when all is back.
import { line } from "./socket.js"

const WORDS = {
  database: "The database is away. Keep writing; it is stored when it is back.",
  line: "Connection lost. Keep writing; it is sent when the line is back.",
  live: "Live updates are slow just now. What you write is stored; this page catches up by itself.",
}
const HICCUP = 1000
const RESTART = 8000
const LATER = 1013
const EVERY_NTH_HEARTBEAT = 4

const bar = document.getElementById("line")
const missing = new Set()
let timer = 0
let asking = 0
let heartbeats = 0

function away(what, patience = HICCUP) {
  missing.add(what)
  say()
  if (bar.hidden && !timer) timer = setTimeout(show, patience)
  if (what === "database" && !asking) asking = setTimeout(ask, 1000 + Math.random() * 2000)
}

function back(what) {
  const was = missing.delete(what)
  if (missing.size) return say()
  clearTimeout(timer)
  timer = 0
  bar.hidden = true
  if (was && what !== "line") line.again()
}

function show() {
  timer = 0
  bar.hidden = !missing.size
}

function say() {
  const first = Object.keys(WORDS).find((what) => missing.has(what))
  bar.querySelector("span").textContent = WORDS[first]
}

// Whether the database is back is asked and not guessed, by each desk at a moment of its own.
async function ask() {
  asking = 0
  try {
    const answer = await fetch("/inbox/counts/", { signal: AbortSignal.timeout(15_000) })
    if (answer.ok) return back("database")
  } catch {
    // No line either.
  }
  if (missing.has("database")) asking = setTimeout(ask, 2000 + Math.random() * 2000)
}

line.addEventListener("down", ({ detail }) => {
  missing.delete("live")
  if (detail.code === LATER) away("database")
  away("line", detail.soon ? RESTART : HICCUP)
})
line.addEventListener("up", () => back("line"))
line.addEventListener("unavailable", () => away("database"))
for (const type of ["ready", "away"]) {
  line.addEventListener(type, ({ detail }) => {
    const what = (type === "ready" ? detail.away : detail.what) ?? []
    if (what.includes("database")) away("database")
    what.includes("live") ? away("live") : back("live")
  })
}
// Heartbeats come often while live updates are away, and bring the open thread up to date; the list is read now and then.
line.addEventListener("heartbeat", () => {
  if (missing.has("live") && ++heartbeats % EVERY_NTH_HEARTBEAT === 0) line.again()
})
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 503) away("database")
})
