// Two soft notes, made on the spot: no file to load. Off until the visitor wants it.
let context;
let playedAt = 0;

export function createSound({ local }) {
  const wanted = () => local.get("sound") === "on";

  function play() {
    try {
      context ||= new AudioContext();
      context.resume();
      [[660, 0], [880, 0.11]].forEach(([pitch, after]) => {
        const start = context.currentTime + after;
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0, start);
        volume.gain.linearRampToValueAtTime(0.09, start + 0.015);
        volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
        tone.connect(volume).connect(context.destination);
        tone.start(start);
        tone.stop(start + 0.32);
      });
    } catch {} // no audio device, or not allowed before a gesture: silence is fine
  }

  return {
    wanted,
    toggle() {
      if (wanted()) local.remove("sound");
      else { local.set("sound", "on"); play(); }
    },
    // Once for all tabs of this browser: the first to note the message rings.
    ring(seq) {
      if (!wanted() || Number(local.get("rang")) === seq || Date.now() - playedAt < 1500) return;
      local.set("rang", seq);
      playedAt = Date.now();
      play();
    },
  };
}
