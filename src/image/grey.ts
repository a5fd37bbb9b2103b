/**
 * The grey of colours as Pillow's mode L has it: ITU-R 601's luma of the values as they are stored, in whole numbers. Equal red, green and
 * blue stay what they are.
 *
 * @param channels 3, or 4 with alpha, which `withAlpha` keeps beside the grey.
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
export function greyOf<Pixels extends Uint8Array | Uint16Array>(
  colours: Pixels,
  channels: 3 | 4,
  withAlpha: boolean,
): Pixels {
  const count = colours.length / channels;
  const step = withAlpha ? 2 : 1;
  const grey = new (colours.constructor as new (length: number) => Pixels)(step * count);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += channels, to += step) {
    // The weights' sum is 2^16, so even 16-bit values keep the sum below 2^32.
    grey[to] = (19595 * colours[from] + 38470 * colours[from + 1] + 7471 * colours[from + 2] + 0x8000) >>> 16;
    if (withAlpha) grey[to + 1] = colours[from + 3];
  }
  return grey;
}
