// The form of a route: the hint that fits how it tells, and a trial that follows what is filled in.
const form = document.getElementById("route-form")
const transport = form.elements.transport
const trial = document.getElementById("trial")

function hint() {
  for (const line of form.querySelectorAll("[data-transport]")) line.hidden = line.dataset.transport !== transport.value
}

transport.addEventListener("change", hint)
hint()

// Once it was tried, each change is tried too.
document.addEventListener("change", ({ target }) => {
  if (target.form !== form || !trial?.hasChildNodes()) return
  htmx.trigger(document.querySelector(".try-form button"), "again")
})
