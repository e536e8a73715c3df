// The panel's looks. Pixels, since the page may have changed what a rem is; colours by name, light and dark.
export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
  .panel {
    --surface: #fff; --bubble: #eff0f3; --line: #e3e4e9; --ink: #1f222b; --ink-2: #575b68; --ink-3: #686c79; --link: var(--link-light);
    --soft: color-mix(in oklch, var(--accent) 8%, var(--surface)); --urgent: #b3261e; --urgent-soft: #fdf0ee; --waiting: #7a5200; --waiting-soft: #fdf5e2; --face: 0.89 0.06;
    position: fixed; right: 24px; bottom: calc(96px + env(safe-area-inset-bottom)); width: 380px; height: min(640px, calc(100dvh - 120px));
    display: flex; flex-direction: column; overflow: hidden; border-radius: 16px; background: var(--surface); color: var(--ink);
    font: 400 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-font-smoothing: antialiased; text-align: start;
    box-shadow: 0 1px 2px #0b0f1f14, 0 12px 40px #0b0f1f2e, 0 0 0 1px color-mix(in oklch, var(--line) 70%, transparent);
    transform-origin: 100% 100%; animation: arrive 160ms ease-out;
  }
  .left .panel { right: auto; left: 24px; transform-origin: 0 100%; }
  .panel:focus { outline: none; }
  @media (prefers-color-scheme: dark) {
    .panel { --surface: #191b21; --bubble: #292c35; --line: #33363f; --ink: #e7e8ec; --ink-2: #abafbb; --ink-3: #979ba8; --link: var(--link-dark);
      --soft: color-mix(in oklch, var(--accent) 18%, var(--surface)); --urgent: #ff9c92; --urgent-soft: #3a2220; --waiting: #f2c46d; --waiting-soft: #352b17; }
  }
  @keyframes arrive { from { opacity: 0; transform: translateY(8px) scale(.98); } }
  p, h2, ul, ol, pre, blockquote { margin: 0; padding: 0; }
  .panel button { all: unset; box-sizing: border-box; cursor: pointer; display: inline-grid; place-items: center; -webkit-tap-highlight-color: transparent; }
  .panel button:disabled { cursor: default; }
  .panel svg { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; flex: none; }
  .panel :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 6px; }
  .vh { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .head { flex: none; display: flex; align-items: center; gap: 8px; padding: 16px 8px 16px 18px; background: var(--accent); color: var(--on-accent); }
  .who { flex: 1; min-width: 0; }
  .head h2 { font-size: 16px; font-weight: 600; line-height: 1.35; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
  .head p { font-size: 13px; margin-top: 2px; min-height: 19px; text-wrap: balance; }
  .head :focus-visible { outline-color: var(--on-accent); outline-offset: -2px; }
  .faces { position: relative; display: flex; flex: none; padding-left: 8px; }
  .faces span { width: 30px; height: 30px; margin-left: -8px; border-radius: 50%; border: 2px solid var(--accent); background: oklch(var(--face) var(--hue)); color: #262b3a; font-size: 11px; font-weight: 600; display: grid; place-items: center; }
  .faces.here::after { content: ""; position: absolute; right: -1px; bottom: 0; width: 10px; height: 10px; border-radius: 50%; background: #35c46f; border: 2px solid var(--accent); }
  .faces:empty { display: none; }
  .panel .tool { width: 32px; height: 32px; border-radius: 50%; flex: none; transition: background 140ms; }
  .tool:hover { background: color-mix(in oklch, var(--on-accent) 16%, transparent); }
  .tool + .tool { margin-left: -8px; }
  .panel .shut { display: none; }

  .thread { position: relative; flex: 1; min-height: 0; display: flex; }
  .talk { flex: 1; min-width: 0; overflow: hidden auto; overscroll-behavior: contain; overflow-anchor: none; padding: 16px; display: flex; flex-direction: column; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  .talk:focus-visible { outline-offset: -2px; border-radius: 0; }
  .list { display: flex; flex-direction: column; gap: 3px; }
  .day { align-self: center; font-size: 12px; color: var(--ink-3); margin: 12px 0 8px; }
  .list > .day:first-child { margin-top: 0; }
  .older { position: absolute; z-index: 1; top: 8px; left: 50%; translate: -50% 0; padding: 4px 12px; border-radius: 14px; background: var(--surface); color: var(--ink-2); font-size: 12px; box-shadow: 0 0 0 1px var(--line), 0 4px 16px #0b0f1f1a; }
  .soft { background: var(--soft); border-radius: 12px; padding: 12px 14px; margin-bottom: 16px; color: var(--ink); white-space: pre-line; overflow-wrap: anywhere; }
  .soft > svg, .kept { display: none; }
  .soft.alone { margin: auto; max-width: 300px; display: grid; justify-items: center; gap: 12px; background: none; text-align: center; font-size: 16px; text-wrap: balance; }
  .panel .alone > svg { display: block; box-sizing: content-box; width: 24px; height: 24px; padding: 14px; border-radius: 50%; background: var(--soft); color: var(--link); }
  .alone .kept { display: block; font-size: 13px; color: var(--ink-3); }
  .row { display: flex; flex-direction: column; align-items: flex-start; }
  .row.me { align-items: flex-end; }
  .row.first:not(:first-child) { margin-top: 9px; }
  .day + .row.first { margin-top: 0 !important; }
  .name { font-size: 12px; color: var(--ink-3); margin: 0 2px 4px; overflow-wrap: anywhere; }
  .bubble { max-width: 80%; padding: 9px 13px; border-radius: 4px 16px 16px 16px; background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; transition: opacity 140ms; border: 1px solid transparent; background-clip: border-box; }
  .me .bubble { background: var(--accent); color: var(--on-accent); border-radius: 16px 4px 16px 16px; }
  .failed .bubble { background: var(--urgent-soft); color: var(--ink); border-color: var(--urgent); }
  .rich { white-space: normal; }
  .rich > * + * { margin-top: 8px; } .rich > :is(a, strong, b, em, i, code, del, s, u, br) { margin-top: 0; }
  .rich :is(ul, ol) { padding-inline-start: 20px; }
  .rich blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 10px; color: var(--ink-2); }
  .rich pre { overflow-x: auto; white-space: pre-wrap; }
  .rich code, .rich pre { font: 13px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
  .bubble a { color: var(--link); text-decoration: underline; text-underline-offset: 2px; }
  .meta { margin: 3px 2px 0; font-size: 12px; color: var(--ink-3); font-variant-numeric: tabular-nums; display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }
  .failed .meta { color: var(--urgent); justify-content: flex-end; }
  .meta svg { width: 14px; height: 14px; }
  .panel .meta button { min-height: 24px; padding: 0 8px; border-radius: 6px; color: var(--ink); font-weight: 500; text-decoration: underline; text-underline-offset: 2px; }
  .talk > .row { margin-top: 12px; }
  .dots { display: inline-flex; gap: 4px; padding: 13px 14px; }
  .dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--ink-3); animation: dot 1.2s infinite ease-in-out; }
  .dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes dot { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-2px); } }
  .panel .jump { position: absolute; right: 16px; bottom: 12px; height: 36px; min-width: 36px; padding: 0 9px; display: flex; gap: 6px; align-items: center; justify-content: center; border-radius: 18px; background: var(--surface); color: var(--ink-2); font-size: 13px; font-weight: 500;
    box-shadow: 0 0 0 1px var(--line), 0 4px 16px #0b0f1f26; }
  .jump span:empty { display: none; } .jump span { padding-right: 4px; }

  .notice { flex: none; padding: 8px 16px; font-size: 13px; background: var(--waiting-soft); color: var(--waiting); }
  .say { flex: none; position: relative; display: flex; flex-wrap: wrap; align-items: flex-end; gap: 6px; padding: 10px 10px 10px 16px; border-top: 1px solid var(--line); transition: border-color 140ms; }
  .say:focus-within { border-color: var(--link); }
  .say textarea { all: unset; box-sizing: border-box; flex: 1; min-width: 0; min-height: 36px; max-height: 140px; padding: 8px 0; overflow-y: auto; white-space: pre-wrap; overflow-wrap: anywhere; cursor: text; font-size: 14px; line-height: 20px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  .say textarea:focus-visible { outline: none; }
  .say textarea::placeholder { color: var(--ink-3); opacity: 1; }
  .panel .go { width: 36px; height: 36px; border-radius: 50%; background: var(--accent); color: var(--on-accent); transition: background 140ms, color 140ms; }
  .panel .go:disabled { background: var(--bubble); color: var(--ink-3); }
  .count { flex-basis: 100%; font-size: 12px; color: var(--ink-3); font-variant-numeric: tabular-nums; }
  .count.over { color: var(--urgent); font-weight: 500; }

  @media (max-width: 479px) {
    .panel, .left .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; box-shadow: none; }
    .launch[aria-expanded=true] { display: none; }
    .head { padding: max(12px, env(safe-area-inset-top)) 8px 12px 16px; gap: 8px; }
    .panel .tool, .panel .go, .panel .jump { min-width: 44px; height: 44px; } .panel .tool, .panel .go { width: 44px; }
    .panel .jump { border-radius: 22px; padding: 0 13px; }
    .panel .shut { display: inline-grid; }
    .panel .meta button { min-height: 44px; padding: 0 12px; }
    .say { padding-bottom: max(10px, env(safe-area-inset-bottom)); }
    .say textarea { font-size: 16px; line-height: 24px; min-height: 44px; padding: 10px 0; }
  }
  @media (max-height: 520px) and (min-width: 480px) { .panel { bottom: 12px; right: 92px; height: calc(100dvh - 24px); } .left .panel { left: 92px; } }
  @media (prefers-reduced-motion: reduce) { .panel, .panel * { animation: none !important; transition: none !important; } }
  @media (forced-colors: active) { .panel, .bubble, .jump, .head { border: 1px solid; } }`);
