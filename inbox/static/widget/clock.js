import { strings } from "./strings.js";

const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "long" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" });
const dateYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

export const clockTime = (at) => time.format(new Date(at));

// One number a local day, so that two times can be asked whether they share it.
export function dayOf(at) {
  const day = new Date(at);
  return Math.round(Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 864e5);
}

export function dayName(at) {
  const when = new Date(at);
  const ago = dayOf(Date.now()) - dayOf(at);
  if (ago <= 0) return strings.today;
  if (ago === 1) return strings.yesterday;
  if (ago < 7) return weekday.format(when);
  return (when.getFullYear() === new Date().getFullYear() ? date : dateYear).format(when);
}
