// Lists and profiles: keys, the filter form, and forms that open in place. Without it everything works, by more loads.
const box = document.getElementById("filter-box")
const field = document.getElementById("filter-field")
const how = document.getElementById("filter-op")
const value = document.getElementById("filter-value")
const hint = document.getElementById("filter-hint")
const WITHOUT = ["yes", "no", "empty", "filled"]
const OF_DAYS = ["within", "ago", "next"]
// What is asked of a type most.
const FIRST = { text: "is", number: "more", time: "within", date: "within", boolean: "yes", choice: "is", list: "has" }

// A field takes the operators of its type alone.
function fit() {
  const type = field.selectedOptions[0]?.dataset.type ?? "text"
  for (const option of how.options) {
    const takes = option.dataset.types.split(" ").includes(type)
    option.hidden = option.disabled = !takes
  }
  if (how.selectedOptions[0]?.disabled) how.value = [...how.options].find((option) => !option.disabled).value
  shape(type)
}

function shape(type) {
  const op = how.value
  value.closest(".filter-value").hidden = WITHOUT.includes(op)
  value.required = !WITHOUT.includes(op)
  const days = OF_DAYS.includes(op)
  const dated = !days && ["time", "date"].includes(type)
  const kept = value.value
  value.type = dated && (kept === "" || /^\d{4}-\d\d-\d\d$/.test(kept)) ? "date" : "text"
  value.inputMode = days ? "numeric" : type === "number" ? "decimal" : "text"
  if (type === "choice") value.setAttribute("list", "filter-choices")
  else value.removeAttribute("list")
  hint.textContent = days ? "How many days." : ""
  hint.hidden = !days
}

if (field) {
  field.addEventListener("change", () => {
    value.value = ""
    fit()
    how.value = FIRST[field.selectedOptions[0]?.dataset.type ?? "text"]
    fit()
  })
  how.addEventListener("change", fit)
  fit()
  box.addEventListener("toggle", () => box.open && field.focus())
  document.addEventListener("click", ({ target }) => {
    if (!box.contains(target)) box.open = false
  })
}

document.addEventListener("click", ({ target }) => {
  const shut = target.closest("[data-shut]")
  if (!shut) return
  const open = shut.closest("details")
  open.open = false
  open.querySelector("summary").focus()
})

// A form that opens takes the cursor.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && target.matches?.(".fact, .note-edit")) target.querySelector(".field")?.focus()
  },
  true,
)

const links = () => [...document.querySelectorAll(".row-link")]

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey) return
  if (event.key === "Escape") {
    const open = event.target.closest?.("details[open]")
    if (open?.matches(".fact, .note-edit, .filter-box")) {
      open.open = false
      open.querySelector("summary").focus()
    }
    return
  }
  if (event.target.closest("input, textarea, select")) return
  if (event.key === "/" && document.getElementById("words")) {
    event.preventDefault()
    document.getElementById("words").focus()
  }
  const step = { j: 1, k: -1 }[event.key]
  if (!step || !links().length) return
  const all = links()
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))].focus()
})

// Where the lists lie in one line, the open one is in sight.
document.querySelector(".lists [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" })
