"""Writes the golden values of test/fixtures: what PyTorch (and SciPy, for `convolve` and
`correlate`) answers for every functional operator.

    python3 scripts/make-fixtures.py [test/fixtures]

A family is one JSON index and one file of little-endian 4-byte words. Each case of the index is a
call in convkit's own words:

    { "name", "op", "args", "results": [{ "shape", "offset", "type" }], "scale", "exact" }

`args` are JSON values in which {"tensor": shape, "seed": s, ...} stands for a tensor whose values
both languages draw from the same integer hash, and {"int32": [...]} for an Int32Array. Only results
are stored: `offset` counts words, `type` is float32 or int32. `scale` is the largest sum of |x*w|
behind any output, to which tolerances are relative; `exact` says that results must be equal.

Values: hash(i) = lowbias32(i + seed * 0x9E3779B9 mod 2^32) for element i, and from its 32 bits
    real      (hash >> 8) / 2^23 - 1          in [-1, 1), exact in float32
    integer   hash mod (2m + 1) - m           with "integers": m
    positive  1/2 + (hash >> 9) / 2^24        in [1/2, 1), with "positive": true
then times "times" (a power of two), then single elements replaced by "special": {index: name}.

Everything is computed in float64 from those float32 inputs and rounded once at the end.
"""

import pathlib
import sys

import torch

from fixtures import convolution, nonfinite, pooling, values


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    folder.mkdir(parents=True, exist_ok=True)
    for make in (
        convolution.make_conv,
        convolution.make_transposed,
        pooling.make_pool,
        pooling.make_unpool,
        pooling.make_adaptive,
        values.make_elementwise,
        values.make_columns,
        values.make_signal,
        nonfinite.make_nonfinite,
    ):
        make().write(folder)


if __name__ == "__main__":
    main()
