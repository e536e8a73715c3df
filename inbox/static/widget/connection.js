// One socket that comes back: authenticates, notices silence, reconnects with back-off. It knows nothing of messages.
const SILENCE = 60_000; // the server speaks at least every 25 s
const PATIENCE = 15_000; // for the socket to open and be ready
const SHORTEST = 500;
const LONGEST = 30_000;
// A server that ends sends all its visitors away at once; this long they take to come back, each at a moment of its own.
const GOING = 1012;
const SPREAD = 4000;

export class Connection {
  #socket = null;
  #token = null;
  #attempt = 0;
  #heardAt = 0;
  #retry = 0;
  #settled = 0;

  constructor(address, { frame, up, down }) {
    this.address = address;
    this.on = { frame, up, down };
    this.ready = false;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    // A page kept in the back-forward cache holds no socket.
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    setInterval(() => this.#watch(), 5000);
  }

  start(token) {
    this.stop();
    this.#token = token;
    this.#attempt = 0;
    this.#open();
  }

  stop() {
    this.#token = null;
    this.#close();
  }

  send(frame) {
    if (!this.ready || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // Something changed for the better: do not wait for the timer.
  wake() {
    if (!this.#token) return;
    if (this.#socket) return this.#watch();
    this.#attempt = 0;
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    if (!this.#token || this.#socket) return;
    const socket = (this.#socket = new WebSocket(this.address));
    this.#heardAt = Date.now();
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", visitor: this.#token }));
    socket.onmessage = (event) => this.#socket === socket && this.#hear(event.data);
    socket.onclose = (event) => this.#socket === socket && this.#drop(event.code);
  }

  #hear(data) {
    this.#heardAt = Date.now();
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    if (!frame || typeof frame.type !== "string") return;
    if (frame.type === "ready") {
      this.ready = true;
      // Only a line that holds forgives the attempts before it: a server that falls over on every hello is given time.
      this.#settled = setTimeout(() => { this.#attempt = 0; }, 5000);
      this.on.up();
    }
    // Refused before it began: a token that is no good is for others to see to, all else is tried again later.
    if (frame.type === "error" && !this.ready && frame.code !== "bad_token") return this.#drop();
    this.on.frame(frame);
  }

  #watch() {
    if (this.#socket && Date.now() - this.#heardAt > (this.ready ? SILENCE : PATIENCE)) this.#drop();
  }

  #drop(code) {
    const going = code === GOING;
    this.#close(going);
    clearTimeout(this.#retry);
    if (!this.#token) return;
    // Jitter: after a restart of the server its visitors do not all come back in the same instant.
    const wait = going ? Math.random() * SPREAD : Math.min(LONGEST, SHORTEST * 2 ** this.#attempt++) * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#open(), wait);
  }

  #close(going = false) {
    const socket = this.#socket;
    const wasReady = this.ready;
    clearTimeout(this.#settled);
    this.#socket = null;
    this.ready = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      // Closed while it opens, it would complain on the page's console.
      if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
      else socket.close();
    }
    if (socket || wasReady) this.on.down(going);
  }
}
