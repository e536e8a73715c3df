// The sound of a small brass bell, made on the spot: the uneven partials of a struck cup, each fading at its own pace.
const PARTIALS = [[1, 0.5, 1.6], [2.76, 0.32, 1.1], [5.4, 0.2, 0.6], [8.93, 0.1, 0.32]]
const PITCH = 1318
let context

export function strike() {
  try {
    context ||= new AudioContext()
    context.resume()
    const now = context.currentTime
    for (const [ratio, loud, seconds] of PARTIALS) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      tone.frequency.value = PITCH * ratio
      volume.gain.setValueAtTime(0, now)
      volume.gain.linearRampToValueAtTime(loud * 0.25, now + 0.003)
      volume.gain.exponentialRampToValueAtTime(0.0001, now + seconds)
      tone.connect(volume).connect(context.destination)
      tone.start(now)
      tone.stop(now + seconds)
    }
  } catch {} // no audio device, or not allowed before a gesture: the bell swings without it
}
