// The accent as a text colour: drawn towards black or white until it is legible on what lies behind it.
const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

const mix = (hex, towards, share) =>
  "#" + [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16);
    return Math.round(part + (towards - part) * share).toString(16).padStart(2, "0");
  }).join("");

export function legible(hex, background, luminance) {
  const behind = luminance(background);
  const towards = behind > 0.18 ? 0 : 255;
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(hex, towards, share);
    if (contrast(luminance(tried), behind) >= 4.5) return tried;
  }
  return towards ? "#ffffff" : "#000000";
}
