// What is read out of an import that runs: the words that came with its figures, once for each change.
const said = document.getElementById("said")

document.addEventListener("htmx:afterSwap", () => {
  const words = document.getElementById("progress")?.dataset.said
  if (said && words && said.textContent !== words) said.textContent = words
})
