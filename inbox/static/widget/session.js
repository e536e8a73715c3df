// Asks for the visitor's session. One tab at a time: two that open together must not become two visitors.
import { heardTime } from "./clock.js";

export class SessionError extends Error {
  constructor(code, detail, final) {
    super(detail || code);
    this.code = code;
    this.final = final; // asking again would get the same answer
  }
}

export function openSession(widget, wanted) {
  const ask = () => take(widget, wanted);
  // Locks are missing on plain http, and refused where storage is.
  if (!navigator.locks) return ask();
  let entered = false;
  const locked = navigator.locks.request(`${widget.prefix}session`, () => { entered = true; return ask(); });
  return locked.catch((error) => { if (entered) throw error; return ask(); });
}

async function take(widget, wanted) {
  const held = widget.local.get("visitor");
  let asked = Date.now();
  let answer = await widget.ask(held);
  let forgotten = false;
  if (answer.status === 403 && answer.body.code === "bad_token" && held) {
    forgotten = true;
    asked = Date.now();
    answer = await widget.ask();
  }
  const { status, body } = answer;
  if (status !== 200) throw new SessionError(body.code || `http_${status}`, body.detail, status < 500 && status !== 429 && status !== 408);
  if (!wanted()) throw new SessionError("overtaken", "", true);
  heardTime(body.now, asked);
  if (body.visitor !== held) widget.local.set("visitor", body.visitor);
  // Another person from here on: what the former one wrote is not theirs. A token that had gone bad is still the same person.
  return { ...body, changed: Boolean(held) && !forgotten && held !== body.visitor, forgotten };
}
