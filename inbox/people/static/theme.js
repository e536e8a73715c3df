// Runs before the first paint, so that neither the colours nor the widths jump: what was chosen is put on <html>.
(() => {
  const root = document.documentElement;
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

  const theme = kept("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  for (const pane of ["list", "contact"]) {
    const width = Number(kept(`width:${pane}`));
    if (width >= 200 && width <= 640) root.style.setProperty(`--${pane}-width`, `${width}px`);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
  });
})();
