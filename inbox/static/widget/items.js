// From what is known to what is shown: days, groups by author, and the one line of status that a run of messages needs. No I/O.
import { dayOf, trueTime } from "./clock.js";
import { strings } from "./strings.js";

const APART = 10 * 60_000; // a longer silence starts a new group

export function items({ messages, entries, readByTeam, workspace }) {
  const all = [...messages.map((message) => stored(message, readByTeam)), ...entries.map(waiting)];
  const shown = [];
  let named = null;
  all.forEach((item, at) => {
    const before = all[at - 1];
    const after = all[at + 1];
    if (!before || dayOf(before.at) !== dayOf(item.at)) {
      shown.push({ kind: "day", key: `day:${dayOf(item.at)}`, at: item.at });
    }
    item.first = !before || !together(before, item);
    item.meta = item.state === "failed" || !after || !together(item, after) || (item.mine && after.state !== item.state);
    if (item.first && !item.mine) {
      // The company is named with somebody's first word, and not over and over.
      item.name = workspace && named !== item.author ? `${item.author} · ${workspace}` : item.author;
      named = item.author;
    }
    shown.push(item);
  });
  return shown;
}

const together = (a, b) => a.mine === b.mine && a.author === b.author && dayOf(a.at) === dayOf(b.at) && new Date(b.at) - new Date(a.at) < APART;

function stored({ seq, client_id: id, author, text, html, at }, readByTeam) {
  const mine = author?.kind === "contact";
  return {
    kind: "message", key: mine && id ? id : `seq:${seq}`, seq, id, mine, text, html, at,
    author: mine ? "" : author?.name || strings.somebody,
    state: mine ? (seq <= readByTeam ? "read" : "sent") : undefined,
  };
}

function waiting({ id, text, at, error, elsewhere }) {
  const state = error ? "failed" : elsewhere ? "sent" : "sending";
  return { kind: "message", key: id, id, mine: true, text, at: trueTime(at), author: "", state, error };
}
