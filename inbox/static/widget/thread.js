// What is known of the conversation: a window of messages without holes, from `first` to `last`. No I/O.
export class Thread {
  constructor() { this.reset(); }

  reset() {
    this.messages = new Map(); // by seq
    this.clients = new Set(); // client_ids seen
    this.early = new Map(); // ahead of a gap, waiting for what is missing
    this.first = null;
    this.last = null;
    this.complete = false; // the very first message is here
    this.sorted = null;
  }

  // The server's newest is n: all later ones arrive live, all earlier ones by history.
  begin(n) {
    this.reset();
    this.first = n + 1;
    this.last = n;
    this.complete = n === 0;
  }

  // Says what became of it: "new", "seen" (a duplicate), "gap" (kept aside) or "before" (older than the window).
  take(message) {
    const { seq } = message;
    if (this.messages.has(seq) || this.early.has(seq)) return "seen";
    if (seq < this.first) return "before";
    if (seq > this.last + 1) {
      this.early.set(seq, message);
      return "gap";
    }
    this.#keep(message);
    this.last = Math.max(this.last, seq);
    this.#drain();
    return "new";
  }

  older(messages, more) {
    for (const message of messages) {
      if (message.seq >= this.first) continue;
      this.#keep(message);
    }
    this.first = Math.min(this.first, ...messages.map((message) => message.seq));
    this.complete = !more || !messages.length;
  }

  // The database has been read up to seq. What was in between and did not come was of a kind unknown here.
  caughtUp(seq) {
    this.last = Math.max(this.last, seq);
    this.#drain();
  }

  list() {
    this.sorted ||= [...this.messages.values()].sort((a, b) => a.seq - b.seq);
    return this.sorted;
  }

  #drain() {
    for (const [seq, message] of [...this.early].sort((a, b) => a[0] - b[0])) {
      if (seq > this.last + 1) break;
      this.early.delete(seq);
      if (!this.messages.has(seq)) this.#keep(message);
      this.last = Math.max(this.last, seq);
    }
  }

  #keep(message) {
    this.messages.set(message.seq, message);
    if (message.client_id) this.clients.add(message.client_id);
    this.sorted = null;
  }
}
