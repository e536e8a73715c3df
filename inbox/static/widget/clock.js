import { strings } from "./strings.js";

const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "long" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" });
const dateYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

// How far the server's clock is ahead of this browser's. A day off makes "Today" wrong; half a minute does no harm.
const HARMLESS = 30_000;
let ahead = 0;

// `iso` is the server's time in an answer that was asked for at `asked` by this browser's clock.
export function heardTime(iso, asked) {
  const off = Date.parse(iso) - (asked + Date.now()) / 2;
  ahead = Math.abs(off) > HARMLESS ? off : 0;
}

// The true time of what this browser's clock called `at`.
export const trueTime = (at) => at + ahead;

export const clockTime = (at) => time.format(new Date(at));

// One number a local day, so that two times can be asked whether they share it.
export function dayOf(at) {
  const day = new Date(at);
  return Math.round(Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 864e5);
}

export function dayName(at) {
  const when = new Date(at);
  const now = trueTime(Date.now());
  const ago = dayOf(now) - dayOf(at);
  if (ago <= 0) return strings.today;
  if (ago === 1) return strings.yesterday;
  if (ago < 7) return weekday.format(when);
  return (when.getFullYear() === new Date(now).getFullYear() ? date : dateYear).format(when);
}
