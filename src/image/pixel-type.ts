/** What the values of an image are. */
export const PIXEL_TYPES = ['uint8', 'uint16', 'float32'] as const;
/** What a value of a pixel is. */
export type PixelType = (typeof PIXEL_TYPES)[number];

/** An array of one of them. Node's Buffer is a Uint8Array. */
export type PixelArray = Uint8Array | Uint16Array | Float32Array;

/** What stands for 1 in images of each type: white, or full. */
export const FULL_SCALE: Readonly<Record<PixelType, number>> = { uint8: 255, uint16: 65535, float32: 1 };

export const PIXEL_ARRAYS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  float32: Float32Array,
} as const satisfies Record<PixelType, unknown>;
