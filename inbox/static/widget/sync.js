// Keeps the thread equal to the database: the socket is a hint, and whatever it may have dropped is asked for by seq.
const ANSWER_WITHIN = 10_000;

export class Sync {
  #asked = {}; // what was asked and not yet answered: { frame, timer } by kind
  #window = []; // messages of the history being answered
  #resumedAt = 0;
  #started = false; // the newest window is here

  constructor({ thread, outbox, send, on }) {
    Object.assign(this, { thread, outbox, send, on });
  }

  get loading() { return Boolean(this.#asked.history); }
  get started() { return this.#started; }

  reset() {
    this.thread.reset();
    this.#started = false;
    this.down();
  }

  down() {
    this.#answered("history");
    this.#answered("resume");
    this.#window = [];
    this.outbox.pause();
  }

  older() {
    if (this.#started && !this.loading && !this.thread.complete) this.#history();
  }

  frame(frame) {
    const handle = this[`_${frame.type}`];
    if (handle) handle.call(this, frame); // the unknown is ignored
  }

  _ready({ after = 0, ...markers }) {
    this.on.markers(markers);
    if (!this.#started || after < this.thread.last) {
      this.thread.begin(after);
      this.#started = after === 0;
      if (after) return this.#history();
    } else if (after > this.thread.last) {
      return this.#resume();
    }
    this.#synced();
  }

  _message(message) {
    if (this.thread.last === null) return;
    if (this.loading && message.seq < this.thread.first) {
      this.#window.push(message);
      return;
    }
    const became = this.thread.take(message);
    const mine = this.outbox.settle(message.client_id);
    // My own new words at an old place: the former conversation was closed long ago, and this is the start of another.
    if (mine && became !== "gap" && this.thread.messages.get(message.seq) !== message) return this.on.rebind();
    if (became === "gap") this.#resume();
    if (became === "new") this.on.message(message);
    this.on.changed();
  }

  _history({ more }) {
    if (!this.loading) return; // the answer to a question given up
    const opening = !this.#started;
    this.#answered("history");
    this.thread.older(this.#window, more);
    this.#window.forEach((message) => this.outbox.settle(message.client_id));
    this.#window = [];
    this.#started = true;
    this.on.changed(opening ? "opening" : "older");
    if (opening) this.#synced();
  }

  _caught_up({ seq, more }) {
    this.#answered("resume");
    this.thread.caughtUp(seq);
    this.on.changed();
    const moved = this.thread.last > this.#resumedAt; // or else the heartbeat will bring it up again
    if (moved && (more || this.thread.early.size)) this.#resume();
    else this.#synced();
  }

  _heartbeat({ seq }) {
    if (this.#started && seq > this.thread.last) this.#resume();
  }

  _read({ by, seq }) { this.on.read(by, seq); }
  _typing({ author }) { this.on.typing(author || {}); }
  _rebind() { this.on.rebind(); }

  _error({ code, client_id: id, retry_after: wait = 2 }) {
    if (code === "bad_token" || code === "not_authenticated") this.on.rebind();
    else if (code === "rate_limited" || code === "unavailable") {
      this.on.slow(code);
      if (id) this.outbox.later(wait);
      else Object.keys(this.#asked).forEach((kind) => this.#askAgain(kind, wait * 1000));
    } else if (id || code === "too_large") this.outbox.refuse(id, code);
  }

  #synced() {
    this.outbox.resume();
    this.on.synced();
    this.on.changed();
  }

  #history() { this.#ask("history", () => ({ type: "history", before: this.thread.first })); }

  #resume() {
    if (!this.#started || this.#asked.resume) return;
    this.#resumedAt = this.thread.last;
    this.#ask("resume", () => ({ type: "resume", after: this.thread.last }));
  }

  // One question of a kind at a time, and again if no answer comes.
  #ask(kind, frame) {
    if (this.#asked[kind] || !this.send(frame())) return;
    this.#asked[kind] = { frame };
    this.#askAgain(kind, ANSWER_WITHIN);
  }

  #askAgain(kind, wait) {
    const asked = this.#asked[kind];
    if (!asked) return;
    clearTimeout(asked.timer);
    asked.timer = setTimeout(() => {
      this.#answered(kind);
      if (kind === "history") this.#window = [];
      this.#ask(kind, asked.frame);
    }, wait);
  }

  #answered(kind) {
    clearTimeout(this.#asked[kind]?.timer);
    delete this.#asked[kind];
  }
}
