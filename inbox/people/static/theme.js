// Runs before the first paint, so that neither the colours nor the widths jump: what was chosen is put on <html>.
(() => {
  const root = document.documentElement;
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

  // What somebody who is signed in chose comes with the page ("system" too), and wins over what this browser kept.
  const told = root.dataset.theme;
  const theme = told ?? kept("theme");
  const fixed = () => root.dataset.theme === "light" || root.dataset.theme === "dark";
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  for (const pane of ["list", "contact"]) {
    const width = Number(kept(`width:${pane}`));
    if (width >= 200 && width <= 640) root.style.setProperty(`--${pane}-width`, `${width}px`);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const dark = fixed() ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (!told || !token) return;
    const body = new URLSearchParams({ theme: root.dataset.theme });
    fetch("/settings/profile/theme/", { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token } })
      .catch(() => { /* it holds for this page; the profile's page is the other way to say it */ });
  });
})();
