import { PNG } from 'pngjs';
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphs } from './font.mjs';

/** A picture that is drawn in whole pixels. Colours are [r, g, b]. */
export class Canvas {
  constructor(width, height, background) {
    this.png = new PNG({ width, height });
    this.rectangle(0, 0, width, height, background);
  }

  rectangle(left, top, width, height, [r, g, b]) {
    const right = Math.min(Math.round(left + width), this.png.width);
    const bottom = Math.min(Math.round(top + height), this.png.height);
    for (let y = Math.round(top); y < bottom; y++) {
      for (let x = Math.round(left); x < right; x++) this.png.data.set([r, g, b, 255], 4 * (y * this.png.width + x));
    }
  }

  /** A feature map [rows][columns] as crisp squares of `scale` pixels. */
  map(left, top, rows, { scale, colour }) {
    rows.forEach((row, y) => {
      row.forEach((value, x) => {
        this.rectangle(left + x * scale, top + y * scale, scale, scale, colour(value));
      });
    });
  }

  /** Capitals, digits and a little punctuation; returns the x after the last letter. */
  text(left, top, words, { scale = 2, colour }) {
    let x = left;
    for (const letter of words.toUpperCase()) {
      const rows = glyphs.get(letter) ?? [];
      rows.forEach((bits, y) => {
        for (let i = 0; i < GLYPH_WIDTH; i++) {
          if (bits & (1 << (GLYPH_WIDTH - 1 - i))) {
            this.rectangle(x + i * scale, top + y * scale, scale, scale, colour);
          }
        }
      });
      x += (GLYPH_WIDTH + 1) * scale;
    }
    return x;
  }

  toPng() {
    return PNG.sync.write(this.png, { colorType: 2 });
  }
}

export function textHeight(scale = 2) {
  return GLYPH_HEIGHT * scale;
}

export function textWidth(words, scale = 2) {
  return words.length * (GLYPH_WIDTH + 1) * scale - scale;
}
