// What the visitor has sent and the server has not yet answered for. Each entry is a storage item of its own, written before
// it goes on the wire: so tabs never overwrite one another, and a page that is left loses nothing.
const ANSWER_WITHIN = 10_000;

export class Outbox {
  #entries = new Map();
  #inFlight = null;
  #timer = 0;
  #open = false;

  constructor(widget, { send, known, changed }) {
    this.local = widget.local;
    this.send = send;
    this.known = known; // is this client_id in the thread already?
    this.changed = changed;
    for (const name of this.local.names().filter((name) => name.startsWith("out:"))) this.#read(this.local.get(name));
    addEventListener("storage", (event) => {
      const name = event.key?.startsWith(`${widget.prefix}out:`) && event.key.slice(widget.prefix.length);
      if (name) this.#heard(name.slice(4), event.newValue);
    });
  }

  list() {
    return [...this.#entries.values()].sort((a, b) => a.at - b.at);
  }

  add(text) {
    const latest = Math.max(0, ...this.list().map((entry) => entry.at));
    this.#write({ id: makeId(), text, at: Math.max(Date.now(), latest + 1) });
    this.changed();
    this.#next();
  }

  // The line is up and the thread is caught up: send what is still owed.
  resume() {
    this.#open = true;
    this.#next();
  }

  pause() {
    this.#open = false;
    this.#release();
  }

  // The message came back. Says whether it was still owed.
  settle(id) {
    const owed = this.#entries.has(id);
    if (owed) this.#forget(id);
    return owed;
  }

  refuse(id, code) {
    const entry = this.#entries.get(id || this.#inFlight);
    if (!entry) return;
    this.#write({ ...entry, error: code });
    this.#release();
    this.changed();
    this.#next();
  }

  // The server asks for time: the same one again, later, and the rest after it.
  later(seconds) {
    this.#release();
    this.#inFlight = "nobody";
    this.#timer = setTimeout(() => { this.#release(); this.#next(); }, seconds * 1000);
  }

  discard(id) {
    const entry = this.#entries.get(id);
    if (entry) this.local.set(`out:${id}`, JSON.stringify({ ...entry, discarded: true })); // tells the other tabs why it goes
    this.#forget(id);
    return entry;
  }

  clear() {
    this.#release();
    for (const id of [...this.#entries.keys()]) this.discard(id);
  }

  // One at a time, so that the order in which they were written is the order in which they are stored.
  #next() {
    if (!this.#open || this.#inFlight) return;
    const entry = this.list().find((one) => !one.error && !one.elsewhere);
    if (!entry || !this.send({ type: "send", client_id: entry.id, text: entry.text })) return;
    this.#inFlight = entry.id;
    this.#timer = setTimeout(() => { this.#release(); this.#next(); }, ANSWER_WITHIN);
  }

  #release() {
    clearTimeout(this.#timer);
    this.#inFlight = null;
  }

  #forget(id) {
    this.#entries.delete(id);
    this.local.remove(`out:${id}`);
    if (this.#inFlight === id) this.#release();
    this.changed();
    this.#next();
  }

  #write(entry) {
    this.#entries.set(entry.id, entry);
    this.local.set(`out:${entry.id}`, JSON.stringify(entry));
  }

  #read(value) {
    let entry;
    try { entry = JSON.parse(value); } catch { return; }
    if (entry?.id && typeof entry.text === "string") this.#entries.set(entry.id, entry);
    return entry;
  }

  // Another tab wrote. Gone means that its message was stored: shown as sent until it comes here too.
  #heard(id, value) {
    if (value) {
      const entry = this.known(id) ? null : this.#read(value);
      if (entry?.discarded) this.#entries.delete(id);
    } else if (this.#entries.has(id)) {
      this.#entries.get(id).elsewhere = true;
      if (this.#inFlight === id) this.#release();
    }
    this.changed();
    this.#next();
  }
}

// randomUUID exists in secure contexts only; a shop on plain http has a chat too.
function makeId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
