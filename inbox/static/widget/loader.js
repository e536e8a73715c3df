/* Frontdesk's loader: a launcher, and nothing else before the visitor's first tap.
   Served as /widget.js; docs/protocol.md says what it asks of the server. */
(() => {
  const FALLBACK_ACCENT = "#2d5fc8";
  const words = {
    region: "Chat", open: "Open chat", close: "Close chat", failed: "The chat could not be loaded. Try again.",
    unread: (n) => (n === 1 ? "1 unread message" : `${n} unread messages`),
  };
  const warn = (...about) => console.warn("Frontdesk:", ...about);
  const script = document.currentScript || document.querySelector("script[data-key][src*='/widget.js']");
  const stub = window.Frontdesk;
  if (stub && stub.loaded) return;
  const key = script && script.dataset.key;
  if (!key) {
    window.Frontdesk = () => {};
    return warn('the script tag has no data-key="…", so there is no chat on this page.');
  }
  const home = new URL(script.src).origin;
  const prefix = `frontdesk:${key}:`;

  // Storage may be blocked or full: then this page's memory stands in for it.
  const storage = (area) => {
    const memory = {};
    let real;
    try { real = window[area]; } catch {}
    const store = {
      get(name) {
        if (name in memory) return memory[name];
        try { return real.getItem(prefix + name); } catch { return null; }
      },
      set(name, value) {
        delete memory[name];
        try { real.setItem(prefix + name, value); } catch { memory[name] = value; }
      },
      remove(name) {
        delete memory[name];
        try { real.removeItem(prefix + name); } catch {}
      },
      names() {
        const names = Object.keys(memory);
        try { for (const name of Object.keys(real)) if (name.startsWith(prefix)) names.push(name.slice(prefix.length)); } catch {}
        return names;
      },
      clear: () => store.names().forEach(store.remove),
    };
    return store;
  };
  const local = storage("localStorage");
  const tab = storage("sessionStorage");

  // Text on the accent: white where it is legible (WCAG 4.5:1), else black, which then always is.
  const luminance = (hex) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const host = document.createElement("div");
  host.id = "frontdesk-widget";
  const root = host.attachShadow({ mode: "open" });
  // Adopted sheets and the CSSOM are what a strict style-src lets through. !important inside beats the page outside.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; color-scheme: light dark !important; }
    * { box-sizing: border-box; }
    .launch { all: unset; position: fixed; bottom: calc(24px + env(safe-area-inset-bottom)); right: 24px; width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; cursor: pointer;
      background: var(--accent); color: var(--on-accent); box-shadow: 0 8px 24px #0b0f1f40; transition: transform 140ms; }
    .left .launch { right: auto; left: 24px; }
    .launch:hover { transform: scale(1.05); }
    .launch:focus-visible { outline: 3px solid var(--on-accent); box-shadow: 0 0 0 6px var(--accent); }
    .launch svg { grid-area: 1/1; width: 24px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; transition: opacity 140ms; }
    .launch[aria-expanded=true] svg:first-child, .launch[aria-expanded=false] svg + svg { opacity: 0; }
    .launch[aria-busy] { cursor: progress; } .launch[aria-busy] svg:first-child { opacity: .4; }
    .launch b { position: absolute; top: -2px; right: -2px; min-width: 20px; padding: 0 5px; border-radius: 10px; background: #c8242b; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center; box-shadow: 0 0 0 2px #fff; }
    [hidden] { display: none !important; }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
    @media print { :host { display: none !important; } }`);
  root.adoptedStyleSheets = [sheet];

  const make = (parent, tag, attributes, ns) => {
    const element = ns ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    parent.append(element);
    return element;
  };
  const box = make(root, "div", { role: "region", "aria-label": words.region, lang: "en", dir: "ltr" });
  const button = make(box, "button", { type: "button", class: "launch", "aria-expanded": "false" });
  for (const d of ["M7.9 20A9 9 0 1 0 4 16.1L2 22Z", "m6 9 6 6 6-6"]) {
    make(make(button, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, 1), "path", { d }, 1);
  }
  const count = make(button, "b", { "aria-hidden": "true", hidden: "" });

  let user;
  let unread = 0;
  let mark = ""; // what stands before the page's own title

  const widget = {
    key, home, prefix, root, box, button, local, tab, warn, luminance,
    opened: false,
    user: () => user,
    // What the page itself asks for stands above what the workspace has set.
    paint({ accent, side }) {
      const hex = [script.dataset.accent, accent, FALLBACK_ACCENT].find((one) => /^#[0-9a-f]{6}$/i.test(one));
      box.className = (script.dataset.side || side) === "left" ? "left" : "";
      box.style.setProperty("--accent", hex);
      box.style.setProperty("--on-accent", 1.05 / (luminance(hex) + 0.05) >= 4.5 ? "#fff" : "#000");
      return hex;
    },
    badge(n) {
      unread = n;
      count.textContent = n > 99 ? "99+" : n;
      count.hidden = !n;
      const plain = document.title.startsWith(mark) ? document.title.slice(mark.length) : document.title;
      mark = n ? `(${n > 99 ? "99+" : n}) ` : "";
      if (document.title !== mark + plain) document.title = mark + plain;
      widget.label();
    },
    label() {
      button.setAttribute("aria-expanded", widget.opened);
      button.setAttribute("aria-label", (widget.opened ? words.close : words.open) + (unread ? `, ${words.unread(unread)}` : ""));
    },
    // A JSON body sent as plain text, without credentials: one simple request, no preflight, no cookie.
    post: (path, body) => fetch(`${home}/widget/v1/${path}`, {
      method: "POST", credentials: "omit", headers: { "Content-Type": "text/plain" }, keepalive: path === "events",
      signal: AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined, body: JSON.stringify(body),
    }),
    async ask(visitor) {
      const { language } = navigator;
      const page = {
        url: location.href, title: document.title.slice(mark.length), referrer: document.referrer,
        language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
      const answer = await widget.post("session", { key, visitor: visitor || undefined, user, page });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    },
  };

  let panel;
  let tries = 0;
  const load = () => {
    const again = tries++ ? `?try=${tries}` : ""; // a browser may remember that a module failed
    button.setAttribute("aria-busy", "true");
    button.title = "";
    panel ||= import(new URL("__PANEL_URL__", home) + again).then((module) => module.mount(widget));
    return panel.catch((error) => {
      panel = null;
      warn("the panel could not be loaded.", error);
      count.textContent = "!";
      count.hidden = false;
      button.setAttribute("aria-label", (button.title = words.failed));
    }).finally(() => button.removeAttribute("aria-busy"));
  };
  const ready = (use) => (panel || load()).then((it) => it && use(it)).catch(warn);

  const commands = {
    identify(who) {
      user = who && typeof who === "object" ? who : undefined;
      if (panel) ready((it) => it.identify());
    },
    open: () => ready((it) => it.open({ focus: true })),
    track: (name, data) => widget.post("events", { key, visitor: local.get("visitor") || undefined, name, data })
      .then((it) => it.ok || it.json().then((body) => warn(body.detail))).catch(warn),
    close: () => panel && ready((it) => it.close()),
    shutdown() {
      user = undefined;
      if (panel) ready((it) => it.shutdown());
      local.clear();
      tab.clear();
      widget.badge(0);
    },
  };
  const command = (name, ...rest) => {
    try {
      if (Object.hasOwn(commands, name)) commands[name](...rest);
      else warn(`there is no command "${name}".`);
    } catch (error) { warn(error); }
  };
  command.loaded = true;
  window.Frontdesk = command;

  // Only somebody who has talked before is asked for, once, and when the page has nothing better to do.
  const greet = async () => {
    const visitor = local.get("visitor");
    if (!visitor || panel) return;
    const { status, body } = await widget.ask(visitor);
    if (panel) return;
    if (status === 200) {
      widget.paint(widget.look = body.workspace);
      widget.badge(body.visitor === visitor && body.conversation ? body.conversation.unread || 0 : 0);
    } else if (body.code !== "bad_token") warn(body.detail || `session ${status}`);
  };
  const start = () => {
    document.body.append(host);
    // A page that swaps its body as it navigates takes the launcher along.
    new MutationObserver(() => host.isConnected || !document.body || document.body.append(host))
      .observe(document.documentElement, { childList: true });
    // The workspace's looks: as they came with this script (?key=…), else as they were last heard of.
    let look = "__LOOK__";
    if (!look.accent) try { look = JSON.parse(local.get("workspace")) || 0; } catch {}
    widget.paint(widget.look = look);
    widget.badge(0);
    button.addEventListener("click", () => command(widget.opened ? "close" : "open"));
    if (stub && stub.q) stub.q.forEach((call) => command(...call));
    if (tab.get("open")) ready((it) => it.open({ focus: false }));
    else if (local.names().some((name) => name.startsWith("out:"))) load(); // written, and not yet away
    else (window.requestIdleCallback || setTimeout)(() => greet().catch(() => {}));
  };
  const safely = () => { try { start(); } catch (error) { warn(error); } };
  if (document.body) safely();
  else document.addEventListener("DOMContentLoaded", safely);
})();
