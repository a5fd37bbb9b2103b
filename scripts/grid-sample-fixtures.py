#!/usr/bin/python3
"""Writes test/fixtures/grid-sample.gz: what PyTorch's grid_sample reads of small images, at random points.

    apt-get install python3-torch python3-onnx && /usr/bin/python3 scripts/grid-sample-fixtures.py [test/fixtures]

Every mode, padding and alignment, on images of 1 to 7 pixels a side, at points within, somewhat beyond and far beyond the edges;
some lie on multiples of an eighth, where a pixel or an edge is met exactly.
"""

import itertools
import pathlib
import sys

import numpy as np
import torch

from fixtures.archive import Archive

MODES = ["nearest", "bilinear", "bicubic"]
PADDINGS = ["zeros", "border", "reflection"]
SIZES = [(4, 5), (1, 4), (7, 1), (2, 2), (6, 3)]
REACHES = [1, 1.4, 9]
BATCH, CHANNELS, ROWS, COLUMNS = 2, 2, 3, 6


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    archive, index = Archive(), []
    random = np.random.default_rng(16)

    def draw(*shape):
        return random.uniform(-1, 1, shape).astype(np.float32)

    for seed, (mode, padding, align, size) in enumerate(itertools.product(MODES, PADDINGS, [False, True], SIZES)):
        x = torch.from_numpy(draw(BATCH, CHANNELS, *size))
        grid = draw(BATCH, ROWS, COLUMNS, 2) * np.float32(REACHES[seed % len(REACHES)])
        # Halves beyond the edge: ONNX rounds before it reflects, PyTorch after.
        if seed % 2 == 0 and (mode, padding) != ("nearest", "reflection"):
            grid = np.round(grid * 8) / np.float32(8)
        y = torch.nn.functional.grid_sample(
            x, torch.from_numpy(grid), mode=mode, padding_mode=padding, align_corners=align
        )
        index.append(
            {
                "mode": mode,
                "padding": padding,
                "alignCorners": align,
                "x": {"shape": list(x.shape), "blob": [archive.add(x.numpy().tobytes())]},
                "grid": {"shape": list(grid.shape), "blob": [archive.add(grid.tobytes())]},
                "y": {"shape": list(y.shape), "blob": [archive.add(y.numpy().tobytes())]},
            }
        )
    archive.write(folder / "grid-sample.gz", index)


if __name__ == "__main__":
    main()
