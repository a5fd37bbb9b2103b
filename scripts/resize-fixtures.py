"""Writes test/fixtures/resize.gz: what Pillow, OpenCV and NumPy make of small images.

    /usr/bin/python3 scripts/resize-fixtures.py [test/fixtures]

Needs Debian's python3-pil, python3-opencv, python3-numpy and python3-onnx (for the archive's writer). Images are noise that
test/image/support.ts draws from the same generator, so that only results are stored: those of Pillow plane by plane,
since its modes LA and RGBA are premultiplied first.
"""

import pathlib
import sys

import cv2
import numpy as np
from PIL import Image

from fixtures.archive import Archive

PILLOW = {
    "nearest": Image.NEAREST,
    "bilinear": Image.BILINEAR,
    "bicubic": Image.BICUBIC,
    "lanczos": Image.LANCZOS,
    "box": Image.BOX,
    "hamming": Image.HAMMING,
}
OPENCV = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
    "area": cv2.INTER_AREA,
}
# From and to, as (width, height): smaller and larger, one axis alone, either way, odd, whole factors, one pixel.
SIZES = [
    ((31, 23), (13, 9)),
    ((17, 11), (29, 24)),
    ((33, 40), (11, 40)),
    ((20, 30), (20, 7)),
    ((24, 9), (8, 19)),
    ((48, 32), (24, 16)),
    ((48, 36), (12, 12)),
    ((45, 30), (15, 6)),
    ((1, 1), (5, 3)),
    ((1, 19), (1, 7)),
    ((23, 1), (9, 2)),
    ((150, 90), (7, 5)),
    ((70, 41), (64, 37)),
]
# Where weights in float64, in the place of the library's float32 or its constants in float32, give other bytes.
LINES = {
    ("opencv", "lanczos"): [(11, 98), (11, 117), (15, 98), (17, 117), (19, 98), (25, 117), (29, 98), (31, 98), (10, 39), (13, 98)],
    ("pil", "hamming"): [(129, 43), (126, 42), (123, 41), (120, 40), (117, 39), (114, 38), (100, 37), (97, 31)],
    ("opencv", "bicubic"): [(37, 189), (20, 165), (123, 133)],
}
# Rows of such a line, each of other noise.
LINE_ROWS = 8
PADS = [((2, 3, 1, 4), (7, 5)), ((9, 4, 11, 3), (4, 3)), ((3, 2, 2, 5), (1, 1)), ((0, 0, 0, 0), (3, 2))]
PAD_MODES = ["constant", "edge", "reflect", "symmetric", "wrap"]


def noise(width, height, channels, dtype, seed):
    count = width * height * channels
    state, values = seed, np.empty(count, np.uint64)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = state >> 8
    shape = (height, width, channels)
    if dtype == "float32":
        return (values.astype(np.float64) / 2**23 - 0.5).astype(np.float32).reshape(shape)
    return (values >> 4).astype(dtype).reshape(shape)


def pillow(image, size, interpolation):
    planes = [
        np.asarray(Image.fromarray(np.ascontiguousarray(image[:, :, c])).resize(size, PILLOW[interpolation]))
        for c in range(image.shape[2])
    ]
    return np.stack(planes, axis=2)


def opencv(image, size, interpolation):
    return cv2.resize(image, size, interpolation=OPENCV[interpolation])


def resize_cases(archive):
    cases = []
    for compat, resize, interpolations in (("pil", pillow, PILLOW), ("opencv", opencv, OPENCV)):
        for i, (source, size) in enumerate(SIZES):
            for j, interpolation in enumerate(interpolations):
                for dtype in ("uint8", "float32", "uint16"):
                    # Floats for some sizes; 16 bits where a library has them.
                    if dtype == "float32" and (i + j) % 3 != 0:
                        continue
                    if dtype == "uint16" and (compat == "pil" or (i + j) % 4 != 0):
                        continue
                    channels = (i + j) % 4 + 1 if size[0] * size[1] < 500 else 1
                    image = noise(*source, channels, dtype, i + 1)
                    result = resize(image, size, interpolation)
                    cases.append(
                        {
                            "compat": compat,
                            "interpolation": interpolation,
                            "type": dtype,
                            "from": [*source, channels],
                            "to": size,
                            "seed": i + 1,
                            "blob": [archive.add(result.astype(image.dtype).tobytes())],
                        }
                    )
    for (compat, interpolation), sizes in LINES.items():
        resize = pillow if compat == "pil" else opencv
        for i, (length, outputs) in enumerate(sizes):
            source, size = (length, LINE_ROWS), (outputs, LINE_ROWS)
            result = resize(noise(*source, 1, "uint8", i + 1), size, interpolation)
            cases.append(
                {
                    "compat": compat,
                    "interpolation": interpolation,
                    "type": "uint8",
                    "from": [*source, 1],
                    "to": size,
                    "seed": i + 1,
                    "blob": [archive.add(result.astype(np.uint8).tobytes())],
                }
            )
    return cases


def padded(image, padding, mode):
    top, bottom, left, right = padding
    if mode == "wrap":
        # numpy.pad before 1.25 lost the period of paddings larger than the image.
        height, width, _ = image.shape
        rows = np.take(image, range(-top, height + bottom), axis=0, mode="wrap")
        return np.take(rows, range(-left, width + right), axis=1, mode="wrap")
    options = {"constant_values": 77} if mode == "constant" else {}
    return np.pad(image, ((top, bottom), (left, right), (0, 0)), mode, **options)


def pad_cases(archive):
    cases = []
    for i, (padding, size) in enumerate(PADS):
        for mode in PAD_MODES:
            image = noise(*size, 3, "uint8", i + 1)
            result = padded(image, padding, mode)
            cases.append(
                {
                    "mode": mode,
                    "padding": padding,
                    "from": [*size, 3],
                    "seed": i + 1,
                    "blob": [archive.add(result.tobytes())],
                }
            )
    return cases


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    archive = Archive()
    index = {"resize": resize_cases(archive), "pad": pad_cases(archive)}
    archive.write(folder / "resize.gz", index)


if __name__ == "__main__":
    main()
