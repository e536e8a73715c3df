// The opened widget: puts the parts together, and decides what counts as read.
import { legible } from "./colour.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { h } from "./dom.js";
import { createHeader } from "./header.js";
import { items } from "./items.js";
import { Log } from "./log.js";
import { fillPhone, onPhone } from "./modal.js";
import { createNotice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { followPage } from "./page.js";
import { openSession } from "./session.js";
import { createSound } from "./sound.js";
import { strings } from "./strings.js";
import { sheet } from "./styles.js";
import { Sync } from "./sync.js";
import { Thread } from "./thread.js";
import { createTyping } from "./typing.js";

export function mount(widget) {
  const { local, tab, root, box, button } = widget;
  const thread = new Thread();
  const sound = createSound(widget);
  const notice = createNotice();
  const header = createHeader({ sound, close: () => close() });
  const log = new Log({
    edit: (id) => composer.put(outbox.discard(id)?.text || ""),
    discard: (id) => { outbox.discard(id); composer.focus(); },
    older: () => { sync.older(); draw(); },
    seen: () => look(),
  });
  const typing = createTyping((name) => log.showTyping(name));
  const composer = new Composer(widget, {
    send: (text) => { log.toEnd(); outbox.add(text); page.tell(); },
    typing: () => connection.send({ type: "typing" }),
  });
  const outbox = new Outbox(widget, {
    send: (frame) => connection.send(frame),
    known: (id) => thread.clients.has(id),
    changed: () => draw(),
  });
  // The settings' preview brings a line of its own, which leads nowhere.
  const connection = widget.line || new Connection(`${widget.home.replace(/^http/, "ws")}/ws/widget/`, {
    frame: (frame) => sync.frame(frame),
    up: () => notice.clear(),
    down: (going) => { sync.down(); if (session) notice.show(strings.offline, going ? { at: 8000 } : {}); },
  });
  const sync = new Sync({
    thread, outbox,
    send: (frame) => connection.send(frame),
    on: {
      changed: (how) => draw(how),
      message: arrived,
      markers: (markers) => noteMarkers(markers),
      read: (by, seq) => { noteMarkers(by === "teammate" ? { teammate_read_seq: seq } : { read_seq: seq }); draw(); },
      typing: (author) => author.kind !== "contact" && typing.show(author.name || strings.somebody),
      slow: (code) => notice.show(code === "unavailable" ? strings.away : strings.slow, { at: 0, until: 4000 }),
      rebind,
      synced: () => { page.tell(); look(); },
    },
  });
  const page = followPage((frame) => connection.send(frame));

  let session = null;
  let conversation = null; // its id
  let readByMe = 0;
  let readByTeam = 0;
  let untold = 0; // unread as the server counted it, until the messages are here to be counted
  let round = 0; // makes what was asked for a former visitor void
  let stopped = false;
  let beganAt = 0;
  let askedFor; // the user that the session was asked for
  let retry = 0;
  let attempt = 0;

  const panel = h("section", { class: "panel", role: "dialog", id: "fd-panel", "aria-labelledby": "fd-title", "aria-describedby": "fd-reply", tabindex: -1, hidden: true },
    header.element, log.element, notice.element, composer.element);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  box.prepend(panel);
  button.setAttribute("aria-controls", "fd-panel");
  fillPhone(panel);
  for (const type of ["keydown", "keypress", "keyup"]) panel.addEventListener(type, keep);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  addEventListener("storage", otherTab);
  paint(widget.look);
  recall();
  begin();

  return { open, close, identify, shutdown };

  function open({ focus }) {
    if (stopped) begin(); // after a shutdown, or a refusal
    panel.hidden = false;
    widget.opened = true;
    widget.label();
    tab.set("open", "1");
    composer.fit();
    log.toEnd();
    // On a phone the keyboard would cover what there is to read.
    if (focus) onPhone() ? panel.focus() : composer.focus();
    look();
  }

  function close() {
    const within = panel.contains(root.activeElement);
    panel.hidden = true;
    widget.opened = false;
    widget.label();
    tab.remove("open");
    if (within) button.focus();
  }

  function shutdown() {
    stop();
    close();
    forget();
    composer.clear();
    outbox.clear();
    header.show();
  }

  function identify() {
    if (JSON.stringify(widget.user()) !== askedFor) begin();
  }

  // The server says that the conversation is another one now. A server that says so at every hello is asked slowly.
  function rebind() {
    connection.stop();
    clearTimeout(retry);
    retry = setTimeout(begin, Date.now() - beganAt < 5000 ? 1000 + Math.random() * 2000 : 0);
  }

  function stop() {
    round++;
    stopped = true;
    clearTimeout(retry);
    session = null;
    connection.stop();
    notice.clear();
  }

  async function begin() {
    const mine = ++round;
    stopped = false;
    beganAt = Date.now();
    askedFor = JSON.stringify(widget.user());
    clearTimeout(retry);
    connection.stop();
    let answer;
    try {
      answer = await openSession(widget, () => mine === round);
    } catch (error) {
      if (mine === round) failed(error);
      return;
    }
    if (mine !== round) return;
    attempt = 0;
    adopt(answer);
    notice.clear();
    connection.start(answer.visitor);
  }

  function failed(error) {
    if (error.code === "identity_mismatch") {
      console.error('Frontdesk: identify() was given a wrong hash. It must be the hex HMAC-SHA256 of external_id (of email without one) under the workspace\'s identity secret, made on your server.');
      stop();
      close();
    } else if (error.final) {
      console.error("Frontdesk:", error.message);
      stop();
      notice.show(strings.unavailable, { at: 0 });
    } else {
      notice.show(strings.unreachable);
      retry = setTimeout(begin, Math.min(30_000, 1000 * 2 ** attempt++) * (0.5 + Math.random() / 2));
    }
  }

  function adopt(answer) {
    const now = answer.conversation;
    if (answer.changed) {
      outbox.clear();
      composer.clear();
    }
    // A first conversation is the one being watched already; any other change is another thread.
    if (answer.changed || answer.forgotten || (conversation && now?.id !== conversation)) forget();
    session = answer;
    conversation = now?.id || null;
    untold = now?.unread || 0;
    noteMarkers(now || {});
    local.set("workspace", JSON.stringify({ ...answer.workspace, expected: answer.expected_reply }));
    paint(answer.workspace);
    header.show(answer.workspace, answer.expected_reply);
    draw();
  }

  function forget() {
    sync.reset();
    typing.clear();
    page.forget();
    session = conversation = null;
    readByMe = readByTeam = untold = 0;
    draw();
  }

  // What the last page knew, so that the head does not change under the eye.
  function recall() {
    let known = {};
    try { known = JSON.parse(local.get("workspace")) || {}; } catch {}
    header.show(known, known.expected);
  }

  function paint(look) {
    const hex = widget.paint(look);
    box.style.setProperty("--link-light", legible(hex, "#eff0f3", widget.luminance));
    box.style.setProperty("--link-dark", legible(hex, "#292c35", widget.luminance));
  }

  function draw(how) {
    const shown = items({
      messages: thread.list(),
      entries: outbox.list().filter((entry) => !thread.clients.has(entry.id)),
      readByTeam,
      workspace: session?.workspace.name,
    });
    const unread = countUnread();
    log.render(shown, {
      greeting: session?.workspace.greeting,
      loading: sync.loading && sync.started,
      complete: thread.complete || thread.last === null,
      unread,
      history: how === "older" || how === "opening",
    });
    widget.badge(unread);
    look();
  }

  function countUnread() {
    if (!sync.started) return untold;
    return thread.list().filter(({ seq, author }) => seq > readByMe && author?.kind !== "contact").length;
  }

  // Read is what was on an open panel, on a visible page, scrolled to.
  function look() {
    const seen = widget.opened && document.visibilityState === "visible" && log.atEnd;
    if (!seen || !sync.started || !countUnread()) return;
    if (!connection.send({ type: "read", seq: thread.last })) return;
    readByMe = thread.last;
    widget.badge(0);
  }

  function noteMarkers({ read_seq: mine = 0, teammate_read_seq: team = 0 }) {
    readByMe = Math.max(readByMe, mine || 0);
    readByTeam = Math.max(readByTeam, team || 0);
  }

  function arrived(message) {
    if (message.author?.kind === "contact") return;
    typing.clear();
    const watched = widget.opened && document.visibilityState === "visible" && log.atEnd;
    if (!watched) sound.ring(message.seq);
  }

  // Another tab got another visitor (signed in, or forgotten): this one follows.
  function otherTab({ key }) {
    if (key === `${widget.prefix}sound`) header.showSound();
    if (key !== `${widget.prefix}visitor` || !session) return;
    const held = local.get("visitor");
    if (!held) shutdown();
    else if (held !== session.visitor) { forget(); begin(); }
  }

  // The page's own keyboard shortcuts must not fire while somebody writes here.
  function keep(event) {
    event.stopPropagation();
    if (event.type === "keydown" && event.key === "Escape" && !event.isComposing) close();
  }
}
