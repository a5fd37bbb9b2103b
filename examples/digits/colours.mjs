// Colour maps that are even to the eye: they are straight or curved lines in OKLab, where equal steps look equal.
// https://bottosson.github.io/posts/oklab

/** An sRGB colour [r, g, b] from OKLab's lightness, chroma and hue in degrees, cut to what a screen can show. */
export function oklch(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(encodeGamma);
}

function encodeGamma(linear) {
  const value = Math.min(Math.max(linear, 0), 1);
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

/** For values that start at nothing: night blue, violet, ember, straw. `t` is 0 … 1. */
export function heat(t) {
  const chroma = 0.045 + 0.15 * Math.sin(Math.PI * Math.min(1, 0.06 + t) ** 0.9);
  return oklch(0.17 + 0.8 * t, chroma, 275 + 190 * t);
}

/** For values on both sides of nothing: cold below, warm above, dark between. `t` is -1 … 1. */
export function coldAndWarm(t) {
  const size = Math.abs(t);
  return oklch(0.17 + 0.72 * size, 0.03 + 0.13 * Math.sin(Math.PI * size * 0.75), t < 0 ? 235 : 60);
}

/** White ink on dark paper. `t` is 0 … 1. */
export function ink(t) {
  return oklch(0.17 + 0.81 * t, 0.03 * (1 - t), 275);
}
