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

import itertools
import json
import math
import pathlib
import sys

import numpy as np
import scipy.signal
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
SPECIALS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def hash32(count, seed):
    """Chris Wellons' lowbias32 over consecutive integers, as test/support/random.ts has it."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


class Operand:
    """A tensor argument: its JSON form and its value in float64."""

    seeds = itertools.count(1)

    def __init__(self, shape, integers=0, positive=False, times=1, special=None):
        seed = next(Operand.seeds)
        self.json = {"tensor": list(shape), "seed": seed}
        bits = hash32(math.prod(shape), seed)
        if integers:
            self.json["integers"] = integers
            values = (bits % np.uint32(2 * integers + 1)).astype(np.float64) - integers
        elif positive:
            self.json["positive"] = True
            values = 0.5 + (bits >> np.uint32(9)) / 2.0**24
        else:
            values = (bits >> np.uint32(8)) / 2.0**23 - 1
        if times != 1:
            self.json["times"] = times
        values = values * times
        if special:
            self.json["special"] = {str(index): name for index, name in special.items()}
            for index, name in special.items():
                values[index] = SPECIALS[name]
        assert np.array_equal(values, values.astype(np.float32), equal_nan=True)
        self.value = torch.from_numpy(values.reshape(shape))


def to_json(value):
    if isinstance(value, Operand):
        return value.json
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value


class Family:
    """One JSON index with its words."""

    def __init__(self, name):
        self.name = name
        self.cases = []
        self.words = bytearray()

    def store(self, array):
        kind, form = ("int32", "<i4") if array.dtype == torch.int64 else ("float32", "<f4")
        entry = {"shape": list(array.shape), "offset": len(self.words) // 4, "type": kind}
        self.words += array.numpy().astype(form).tobytes()
        return entry

    def add(self, name, op, args, results, scale=None, exact=False):
        results = [results] if isinstance(results, torch.Tensor) else list(results)
        if scale is None:
            finite = results[0][torch.isfinite(results[0])]
            scale = float(finite.abs().max()) if finite.numel() else 0.0
        self.cases.append(
            {
                "name": f"{op} {name}",
                "op": op,
                "args": [to_json(arg) for arg in args],
                "results": [self.store(result) for result in results],
                "scale": float(np.float32(scale)),
                "exact": exact,
            }
        )

    def write(self, folder):
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self.cases)
        (folder / f"{self.name}.json").write_text(f"[\n{lines}\n]\n")
        (folder / f"{self.name}.bin").write_bytes(self.words)
        print(f"{self.name}: {len(self.cases)} cases, {len(self.words)} bytes")


# --- Activations -------------------------------------------------------------------------------

PLAIN_ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "silu": F.silu,
    "hardSigmoid": F.hardsigmoid,
    "hardSwish": F.hardswish,
    "gelu": F.gelu,
}


def activate(y, activation):
    if activation is None:
        return y
    if isinstance(activation, str):
        return PLAIN_ACTIVATIONS[activation](y)
    kind = activation["kind"]
    if kind == "leakyRelu":
        return F.leaky_relu(y, activation["slope"])
    if kind == "clip":
        return y.clamp(activation["min"], activation["max"])
    if kind == "elu":
        return F.elu(y, activation["alpha"])
    return F.prelu(y, activation["slope"].value)


def activations(channels):
    yield from PLAIN_ACTIVATIONS
    yield {"kind": "leakyRelu", "slope": 0.125}
    yield {"kind": "clip", "min": -0.5, "max": 0.75}
    yield {"kind": "elu", "alpha": 1.5}
    yield {"kind": "prelu", "slope": Operand([1])}
    yield {"kind": "prelu", "slope": Operand([channels])}


def activation_name(activation):
    return activation if isinstance(activation, str) else activation["kind"]


# --- Convolution -------------------------------------------------------------------------------

TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d}


def pad_pairs(padding, rank, weight_shape, dilation):
    """[[before, after], ...] of every axis."""
    if padding == "valid":
        return [[0, 0]] * rank
    if padding == "same":
        steps = dilation if isinstance(dilation, list) else [dilation] * rank
        totals = [d * (k - 1) for d, k in zip(steps, weight_shape[2:])]
        return [[t // 2, t - t // 2] for t in totals]
    if isinstance(padding, int):
        return [[padding, padding]] * rank
    return [p if isinstance(p, list) else [p, p] for p in padding]


def torch_conv(x, w, rank, options):
    """PyTorch does the padding itself where it has a word for it."""
    padding = options.get("padding", 0)
    mode = options.get("paddingMode", "zeros")
    keywords = {key: options[key] for key in ("stride", "dilation", "groups") if key in options}
    lopsided = isinstance(padding, list) and isinstance(padding[0], list)
    if mode == "zeros" and not lopsided:
        return CONV[rank](x, w, padding=padding, **keywords)
    pairs = pad_pairs(padding, rank, w.shape, options.get("dilation", 1))
    flat = [amount for pair in reversed(pairs) for amount in pair]
    return CONV[rank](F.pad(x, flat, mode=TORCH_MODES[mode]), w, **keywords)


def finish(y, options):
    if options.get("bias") is not None:
        y = y + options["bias"].value.reshape([-1] + [1] * (y.dim() - 2))
    if "residual" in options:
        y = y + options["residual"].value
    return y


def finite_abs(values):
    return torch.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0).abs()


def conv_scale(apply, x, w, options):
    total = apply(finite_abs(x), finite_abs(w))
    if options.get("bias") is not None:
        total = total + options["bias"].value.abs().max()
    if "residual" in options:
        total = total + options["residual"].value.abs()
    return float(total.max()) if total.numel() else 0.0


def add_conv(family, name, x, w, exact=False, transposed=False, **options):
    rank = len(w.json["tensor"]) - 2
    if transposed:
        words = {"outputPadding": "output_padding"}
        keys = ("stride", "padding", "outputPadding", "dilation", "groups")
        keywords = {words.get(key, key): options[key] for key in keys if key in options}

        def apply(a, b):
            return CONV_TRANSPOSE[rank](a, b, **keywords)

    else:

        def apply(a, b):
            return torch_conv(a, b, rank, options)

    y = activate(finish(apply(x.value, w.value), options), options.get("activation"))
    op = f"conv{'Transpose' if transposed else ''}{rank}d"
    scale = conv_scale(apply, x.value, w.value, options)
    family.add(name, op, [x, w, options], y, scale, exact)


def conv_options_2d():
    """(name, x shape, weight shape, options)"""
    yield "plain 3x3", [1, 3, 8, 9], [4, 3, 3, 3], {}
    yield "1x1", [2, 5, 6, 7], [9, 5, 1, 1], {}
    yield "7x7 stride 2 pad 3", [1, 3, 17, 15], [8, 3, 7, 7], {"stride": 2, "padding": 3}
    yield "stride [2,1] pad [4,2]", [1, 4, 12, 9], [6, 4, 3, 5], {"stride": [2, 1], "padding": [4, 2]}
    yield "dilation [3,1]", [1, 4, 12, 9], [6, 4, 3, 5], {"stride": [2, 1], "padding": [4, 2], "dilation": [3, 1]}
    yield "dilation 2", [1, 4, 11, 10], [5, 4, 3, 3], {"dilation": 2, "padding": 2}
    yield "stride 3", [1, 2, 13, 14], [3, 2, 3, 2], {"stride": 3, "padding": 1}
    yield "stride beyond kernel", [1, 2, 13, 11], [3, 2, 2, 1], {"stride": [4, 3]}
    yield "even kernel same", [1, 3, 7, 6], [4, 3, 4, 2], {"padding": "same"}
    yield "odd kernel same dilated", [1, 3, 7, 9], [4, 3, 3, 5], {"padding": "same", "dilation": [2, 1]}
    yield "even kernel same dilated", [1, 3, 7, 8], [4, 3, 2, 4], {"padding": "same", "dilation": [3, 1]}
    yield "valid", [1, 3, 7, 6], [4, 3, 2, 3], {"padding": "valid"}
    yield "asymmetric", [1, 3, 7, 6], [4, 3, 3, 3], {"padding": [[2, 0], [1, 3]]}
    yield "asymmetric stride 2", [2, 3, 8, 9], [4, 3, 3, 3], {"padding": [[0, 1], [0, 2]], "stride": 2}
    yield "pad beyond kernel", [1, 2, 3, 4], [3, 2, 2, 2], {"padding": [[4, 3], [0, 5]]}
    yield "groups 2", [1, 4, 6, 7], [6, 2, 3, 3], {"groups": 2, "padding": 1}
    yield "groups 5 to one channel each", [2, 10, 6, 7], [5, 2, 3, 3], {"groups": 5}
    yield "groups 3 of 8 channels", [1, 24, 5, 6], [24, 8, 3, 3], {"groups": 3, "padding": 1}
    yield "groups 2 of 17 channels", [1, 34, 4, 5], [34, 17, 3, 3], {"groups": 2, "padding": 1}
    yield "depthwise", [1, 7, 8, 9], [7, 1, 3, 3], {"groups": 7, "padding": 1}
    yield "depthwise stride 2", [1, 16, 9, 8], [16, 1, 3, 3], {"groups": 16, "padding": 1, "stride": 2}
    yield "depthwise 5x5", [1, 17, 9, 8], [17, 1, 5, 5], {"groups": 17, "padding": 2}
    yield "depthwise multiplier 2", [1, 5, 6, 7], [10, 1, 3, 3], {"groups": 5, "padding": 1}
    yield "depthwise multiplier 3 dilated", [2, 3, 7, 7], [9, 1, 3, 3], {"groups": 3, "padding": 2, "dilation": 2}
    yield "wide channels 3x3", [1, 33, 6, 7], [35, 33, 3, 3], {"padding": 1}
    yield "wide channels 1x1", [1, 65, 5, 7], [66, 65, 1, 1], {}
    yield "deep 7x7 plane", [1, 48, 7, 7], [32, 48, 3, 3], {"padding": 1}
    yield "14x14 plane", [1, 16, 14, 14], [16, 16, 3, 3], {"padding": 1}
    yield "plane 1x1", [3, 20, 1, 1], [18, 20, 3, 3], {"padding": 1}
    yield "plane 1xn", [1, 6, 1, 19], [5, 6, 1, 3], {"padding": [0, 1]}
    yield "plane nx1", [1, 6, 19, 1], [5, 6, 3, 1], {"padding": [1, 0]}
    yield "kernel as large as the input", [2, 4, 5, 6], [7, 4, 5, 6], {}
    yield "batch 0", [0, 3, 5, 5], [4, 3, 3, 3], {}
    for mode in ("reflect", "replicate", "circular"):
        yield mode, [2, 3, 5, 6], [4, 3, 3, 3], {"padding": 1, "paddingMode": mode}
        yield f"{mode} [2,3] stride 2", [1, 2, 6, 7], [3, 2, 3, 5], {"padding": [2, 3], "paddingMode": mode, "stride": 2}
        yield f"{mode} same even", [1, 2, 6, 7], [3, 2, 4, 3], {"padding": "same", "paddingMode": mode}
        yield f"{mode} groups", [1, 4, 5, 4], [4, 2, 3, 3], {"padding": 1, "paddingMode": mode, "groups": 2}
    yield "replicate beyond the input", [1, 2, 3, 2], [3, 2, 3, 3], {"padding": [4, 3], "paddingMode": "replicate"}


def conv_options_other():
    yield "1d plain", [2, 3, 17], [4, 3, 5], {}
    yield "1d stride 2 pad 2", [1, 8, 18], [16, 8, 5], {"stride": 2, "padding": 2}
    yield "1d dilation 3", [1, 3, 20], [5, 3, 3], {"dilation": 3, "padding": 3}
    yield "1d depthwise", [1, 6, 15], [6, 1, 4], {"groups": 6, "padding": "same"}
    yield "1d circular", [1, 3, 9], [4, 3, 3], {"padding": 2, "paddingMode": "circular"}
    yield "3d plain", [1, 2, 5, 6, 7], [3, 2, 3, 3, 3], {}
    yield "3d stride 2 pad 1", [2, 3, 5, 4, 6], [4, 3, 3, 2, 3], {"stride": 2, "padding": 1}
    yield "3d axes apart", [1, 2, 6, 7, 8], [4, 2, 2, 3, 1], {"stride": [1, 2, 3], "padding": [1, 0, 2], "dilation": [2, 1, 1]}
    yield "3d groups", [1, 4, 4, 5, 4], [6, 2, 2, 2, 2], {"groups": 2, "padding": "same"}
    yield "3d replicate", [1, 2, 3, 4, 3], [2, 2, 3, 3, 3], {"padding": 1, "paddingMode": "replicate"}


def make_conv():
    family = Family("conv")
    for name, x, w, options in itertools.chain(conv_options_2d(), conv_options_other()):
        bias = {"bias": Operand([w[0]])} if len(name) % 2 else {}
        add_conv(family, name, Operand(x), Operand(w), **options, **bias)
    for activation in activations(6):
        options = {"bias": Operand([6]), "residual": Operand([2, 6, 5, 6]), "padding": 1, "activation": activation}
        name = f"bias, residual, {activation_name(activation)}"
        add_conv(family, name, Operand([2, 3, 5, 6]), Operand([6, 3, 3, 3]), **options)
    add_conv(family, "residual alone", Operand([1, 3, 5, 6]), Operand([5, 3, 1, 1]), residual=Operand([1, 5, 5, 6]))
    depthwise = {"groups": 9, "padding": 1, "bias": Operand([9]), "residual": Operand([1, 9, 5, 6])}
    add_conv(family, "depthwise fused", Operand([1, 9, 5, 6]), Operand([9, 1, 3, 3]), activation="hardSwish", **depthwise)
    for rank, plane in ((1, [11]), (2, [6, 7]), (3, [4, 3, 5])):
        x, w = Operand([2, 5] + plane, integers=8), Operand([7, 5] + [3] * rank, integers=8)
        add_conv(family, "integers", x, w, exact=True, padding=1, bias=Operand([7], integers=8))
    x, w = Operand([1, 64, 7, 7], integers=8), Operand([32, 64, 3, 3], integers=8)
    add_conv(family, "integers deep", x, w, exact=True, padding=1)
    return family


def transposed_options():
    yield "2d plain", [1, 3, 4, 5], [3, 4, 3, 3], {}
    yield "2d stride 2", [1, 3, 4, 5], [3, 4, 2, 2], {"stride": 2}
    yield "2d stride 2 pad 1 out 1", [2, 4, 5, 4], [4, 3, 3, 3], {"stride": 2, "padding": 1, "outputPadding": 1}
    yield "2d axes apart", [1, 3, 5, 4], [3, 4, 3, 5], {"stride": [3, 1], "padding": [1, 2], "outputPadding": [2, 0]}
    yield "2d dilation 2", [1, 3, 5, 4], [3, 4, 3, 2], {"stride": 2, "dilation": 2, "padding": 1, "outputPadding": 1}
    yield "2d outputPadding below dilation", [1, 2, 4, 4], [2, 3, 2, 2], {"dilation": 3, "outputPadding": 2}
    yield "2d groups 2", [1, 6, 4, 5], [6, 2, 3, 3], {"groups": 2, "stride": 2, "padding": 1}
    yield "2d depthwise", [1, 5, 4, 5], [5, 1, 4, 4], {"groups": 5, "stride": 2, "padding": 1}
    yield "2d stride beyond kernel", [1, 2, 4, 3], [2, 3, 2, 1], {"stride": [4, 3], "outputPadding": [1, 2]}
    yield "2d pad cuts the kernel", [1, 2, 4, 5], [2, 3, 3, 3], {"padding": 2}
    yield "2d wide channels", [1, 33, 3, 4], [33, 18, 3, 3], {"stride": 2, "padding": 1}
    yield "2d batch 0", [0, 3, 4, 5], [3, 4, 3, 3], {}
    yield "1d stride 2", [2, 3, 9], [3, 5, 4], {"stride": 2, "padding": 1}
    yield "1d stride 3 out 2 dilation 2", [1, 4, 7], [4, 2, 3], {"stride": 3, "outputPadding": 2, "dilation": 2, "groups": 2}


def make_transposed():
    family = Family("conv-transpose")
    for name, x, w, options in transposed_options():
        bias = {"bias": Operand([w[1] * options.get("groups", 1)])} if len(name) % 2 else {}
        add_conv(family, name, Operand(x), Operand(w), transposed=True, **options, **bias)
    x, w = Operand([2, 5, 4, 5], integers=8), Operand([5, 6, 3, 3], integers=8)
    add_conv(family, "integers", x, w, exact=True, transposed=True, stride=2, padding=1, bias=Operand([6], integers=8))
    options = {"stride": 2, "bias": Operand([4]), "activation": "relu"}
    add_conv(family, "bias, relu", Operand([1, 3, 4, 4]), Operand([3, 4, 3, 3]), transposed=True, **options)
    return family


# --- Pooling -----------------------------------------------------------------------------------

MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG_POOL = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
WORDS = {
    "ceilMode": "ceil_mode",
    "countIncludePad": "count_include_pad",
    "divisorOverride": "divisor_override",
    "outputPadding": "output_padding",
}


def torch_words(options):
    return {WORDS.get(key, key): value for key, value in options.items()}


def add_max_pool(family, name, x, kernel, **options):
    rank = x.value.dim() - 2
    # float64 has no NaN rules of its own: PyTorch's kernel is one template for both precisions.
    y, indices = MAX_POOL[rank](x.value, kernel, return_indices=True, **torch_words(options))
    op = f"maxPool{rank}d"
    family.add(name, op, [x, kernel, {**options, "returnIndices": True}], [y, indices], exact=True)


def max_pool_options():
    yield "2x2", [2, 3, 6, 8], 2, {}
    yield "2x2 ragged", [1, 5, 7, 9], 2, {}
    yield "3x3 stride 2 pad 1", [1, 17, 9, 8], 3, {"stride": 2, "padding": 1}
    yield "3x3 stride 1", [1, 4, 6, 5], 3, {"stride": 1, "padding": 1}
    yield "[3,2] stride [2,1]", [2, 3, 7, 6], [3, 2], {"stride": [2, 1], "padding": [1, 0]}
    yield "dilation 2", [1, 3, 9, 8], 3, {"dilation": 2, "stride": 1, "padding": 1}
    yield "dilation [1,3]", [1, 3, 6, 11], 2, {"dilation": [1, 3], "stride": 2}
    yield "ceil", [1, 4, 7, 8], 3, {"stride": 2, "ceilMode": True}
    yield "ceil pad", [1, 4, 6, 7], 3, {"stride": 2, "padding": 1, "ceilMode": True}
    yield "ceil drops the last", [1, 1, 4, 4], 3, {"stride": 3, "padding": 1, "ceilMode": True}
    yield "ceil dilated", [1, 2, 8, 9], 2, {"stride": 3, "dilation": 2, "padding": 1, "ceilMode": True}
    yield "5x5 pad 2", [1, 3, 8, 7], 5, {"stride": 1, "padding": 2}
    yield "whole plane", [2, 18, 7, 7], 7, {}
    yield "1d", [2, 3, 13], 3, {"stride": 2, "padding": 1}
    yield "1d ceil dilated", [1, 4, 14], 2, {"stride": 3, "dilation": 2, "ceilMode": True}
    yield "3d", [1, 3, 5, 6, 4], 2, {}
    yield "3d pad stride", [2, 2, 5, 4, 6], 3, {"stride": 2, "padding": 1}
    yield "3d axes apart", [1, 2, 6, 5, 7], [2, 3, 1], {"stride": [1, 2, 3], "ceilMode": True}
    yield "3d dilated", [1, 2, 6, 5, 7], 2, {"stride": 1, "dilation": [2, 1, 3]}
    yield "batch 0", [0, 3, 6, 8], 2, {}


def avg_pool_options():
    yield "2x2", [2, 3, 6, 8], 2, {}
    yield "3x3 stride 2 pad 1", [1, 17, 9, 8], 3, {"stride": 2, "padding": 1}
    yield "3x3 stride 2 pad 1 without pad", [1, 5, 9, 8], 3, {"stride": 2, "padding": 1, "countIncludePad": False}
    yield "ceil pad", [1, 4, 6, 7], 3, {"stride": 2, "padding": 1, "ceilMode": True}
    yield "ceil without pad", [1, 4, 6, 7], 3, {"stride": 2, "padding": 1, "ceilMode": True, "countIncludePad": False}
    yield "ceil drops the last", [1, 2, 4, 4], 3, {"stride": 3, "padding": 1, "ceilMode": True}
    yield "divisor 7", [1, 3, 6, 5], 3, {"stride": 1, "padding": 1, "divisorOverride": 7}
    yield "[3,2] axes apart", [2, 3, 7, 6], [3, 2], {"stride": [2, 1], "padding": [1, 0]}
    yield "whole plane", [2, 18, 7, 7], 7, {}
    yield "1d", [2, 3, 13], 3, {"stride": 2, "padding": 1}
    yield "1d ceil without pad", [1, 3, 14], 4, {"stride": 3, "padding": 2, "ceilMode": True, "countIncludePad": False}
    yield "3d", [1, 3, 5, 6, 4], 2, {}
    yield "3d ceil pad", [1, 2, 5, 4, 6], 3, {"stride": 2, "padding": 1, "ceilMode": True}
    yield "3d without pad", [1, 2, 5, 4, 6], 3, {"stride": 2, "padding": 1, "countIncludePad": False}
    yield "3d divisor", [1, 2, 4, 4, 4], 2, {"divisorOverride": 5}
    yield "batch 0", [0, 3, 6, 8], 2, {}


def lp_pool_options():
    yield "p 2", 2, [1, 3, 7, 8], 3, {"stride": 2}, {}
    yield "p 2 ceil", 2, [1, 3, 7, 8], 3, {"stride": 2, "ceilMode": True}, {}
    yield "p 1 of both signs", 1, [1, 3, 6, 8], 2, {}, {}
    yield "p 3", 3, [1, 3, 6, 8], [2, 3], {}, {"positive": True}
    yield "p 1.5", 1.5, [2, 3, 6, 6], 2, {}, {"positive": True}
    yield "p 3 of both signs", 3, [1, 2, 6, 6], 2, {}, {}


def make_pool():
    family = Family("pool")
    for name, x, kernel, options in max_pool_options():
        add_max_pool(family, name, Operand(x), kernel, **options)
        if len(name) > 4:
            add_max_pool(family, f"{name}, ties", Operand(x, integers=2), kernel, **options)
    for name, x, kernel, options in avg_pool_options():
        rank = len(x) - 2
        operand = Operand(x)
        y = AVG_POOL[rank](operand.value, kernel, **torch_words(options))
        family.add(name, f"avgPool{rank}d", [operand, kernel, options], y, scale=1.0)
    for name, p, shape, kernel, options, draw in lp_pool_options():
        x = Operand(shape, **draw)
        y = F.lp_pool2d(x.value, p, kernel, **torch_words(options))
        family.add(name, "lpPool2d", [x, p, kernel, options], y)
    return family


def make_unpool():
    family = Family("unpool")
    for name, shape, kernel, options, size in (
        ("2x2", [2, 3, 6, 8], 2, {}, None),
        ("overlapping", [1, 2, 8, 7], 3, {"stride": 2, "padding": 1}, [8, 7]),
        ("output size", [1, 2, 7, 9], 2, {}, [7, 9]),
    ):
        pooled, indices = F.max_pool2d(Operand(shape).value, kernel, return_indices=True, **options)
        x = Operand(pooled.shape)
        y = F.max_unpool2d(x.value, indices, kernel, **options, output_size=size)
        argument = {"int32": indices.flatten().tolist()}
        full = {**options, "outputSize": size} if size else options
        family.add(name, "maxUnpool2d", [x, argument, kernel, full], y, exact=True)
    return family


def make_adaptive():
    family = Family("adaptive")
    for shape, size in (
        ([2, 3, 7, 9], 3),
        ([1, 5, 8, 6], [2, 5]),
        ([1, 2, 5, 4], [7, 9]),
        ([1, 17, 7, 7], 1),
        ([1, 2, 6, 7], [None, 3]),
        ([1, 2, 3, 3], [8, 2]),
        ([0, 2, 3, 3], 2),
    ):
        x = Operand(shape)
        y, indices = F.adaptive_max_pool2d(x.value, size, return_indices=True)
        name = f"{shape[2:]} to {size}"
        family.add(name, "adaptiveAvgPool2d", [x, size], F.adaptive_avg_pool2d(x.value, size), scale=1.0)
        family.add(name, "adaptiveMaxPool2d", [x, size], y, exact=True)
        family.add(f"{name} with indices", "adaptiveMaxPool2d", [x, size, {"returnIndices": True}], [y, indices], exact=True)
    for shape in ([2, 5, 6, 7], [1, 33, 7, 7], [3, 4, 1, 1]):
        x = Operand(shape)
        family.add(str(shape), "globalAvgPool2d", [x], F.adaptive_avg_pool2d(x.value, 1), scale=1.0)
        family.add(str(shape), "globalMaxPool2d", [x], F.adaptive_max_pool2d(x.value, 1), exact=True)
    return family


# --- Values, rows and columns ------------------------------------------------------------------


def make_elementwise():
    family = Family("elementwise")
    for activation in activations(5):
        x = Operand([2, 5, 4, 7], times=8)
        family.add(activation_name(activation), "activate", [x, activation], activate(x.value, activation), scale=8.0)
        edges = {0: "NaN", 1: "Infinity", 2: "-Infinity"}
        x = Operand([1, 5, 3, 3], times=32, special=edges)
        name = f"{activation_name(activation)}, edges"
        family.add(name, "activate", [x, activation], activate(x.value, activation), scale=32.0)
    for shape, axis in (([3, 7], -1), ([2, 5, 4], 1), ([4, 3, 2], 0), ([2, 3, 4, 5], -2), ([33], 0), ([2, 1000], 1)):
        x = Operand(shape, times=8)
        family.add(f"{shape} axis {axis}", "softmax", [x, axis], torch.softmax(x.value, axis), scale=1.0)
    x = Operand([3, 5], times=128)
    family.add("large values", "softmax", [x], torch.softmax(x.value, -1), scale=1.0)
    x = Operand([3, 4], special={0: "NaN", 4: "-Infinity", 8: "Infinity"})
    family.add("edges", "softmax", [x], torch.softmax(x.value, -1), scale=1.0)
    for rows, inputs, outputs in (([4], 7, 5), ([1], 64, 33), ([2, 3], 17, 16), ([], 9, 4), ([0], 3, 2)):
        x, w, b = Operand(rows + [inputs]), Operand([outputs, inputs]), Operand([outputs])
        scale = inputs + 1.0
        family.add(f"{rows} {inputs} to {outputs}", "linear", [x, w, b], F.linear(x.value, w.value, b.value), scale)
        family.add(f"{rows} {inputs} to {outputs} no bias", "linear", [x, w], F.linear(x.value, w.value), scale)
    x, w = Operand([3, 50], integers=8), Operand([19, 50], integers=8)
    family.add("integers", "linear", [x, w], F.linear(x.value, w.value), exact=True)
    for shape in ([2, 3, 4, 5], [1, 17, 3, 3], [0, 3, 4, 4]):
        channels = [shape[1]]
        x, mean, variance = Operand(shape), Operand(channels), Operand(channels, positive=True)
        weight, bias = Operand(channels), Operand(channels)
        y = F.batch_norm(x.value, mean.value, variance.value)
        family.add(f"{shape}", "batchNorm2d", [x, mean, variance], y, scale=3.0)
        y = F.batch_norm(x.value, mean.value, variance.value, weight.value, bias.value, eps=0.125)
        options = {"weight": weight, "bias": bias, "eps": 0.125}
        family.add(f"{shape} affine", "batchNorm2d", [x, mean, variance, options], y, scale=3.0)
    return family


def make_columns():
    family = Family("columns")
    for name, shape, kernel, options in (
        ("3x3", [1, 2, 5, 6], 3, {}),
        ("[2,3] stride 2 pad 1", [2, 3, 6, 5], [2, 3], {"stride": 2, "padding": 1}),
        ("dilated", [1, 2, 8, 7], [3, 2], {"dilation": [2, 3], "padding": [1, 2]}),
        ("stride [3,1]", [1, 2, 8, 7], 2, {"stride": [3, 1]}),
    ):
        x = Operand(shape)
        columns = F.unfold(x.value, kernel, **options)
        family.add(name, "im2col", [x, kernel, options], columns, exact=True)
        y = Operand(columns.shape)
        image = F.fold(y.value, shape[2:], kernel, **options)
        family.add(name, "col2im", [y, shape[2:], kernel, options], image, scale=6.0)
        y = Operand(columns.shape, integers=9)
        image = F.fold(y.value, shape[2:], kernel, **options)
        family.add(f"{name} integers", "col2im", [y, shape[2:], kernel, options], image, exact=True)
    return family


def make_signal():
    family = Family("signal")
    for f_shape, g_shape in (
        ([9], [4]),
        ([9], [5]),
        ([4], [9]),
        ([1], [1]),
        ([7, 8], [3, 3]),
        ([7, 8], [2, 5]),
        ([6, 5], [6, 5]),
        ([2, 3], [5, 4]),
    ):
        for mode in ("full", "same", "valid"):
            f, g = Operand(f_shape), Operand(g_shape)
            for op in ("convolve", "correlate"):
                apply = getattr(scipy.signal, op)
                y = torch.from_numpy(apply(f.value.numpy(), g.value.numpy(), mode=mode, method="direct").copy())
                scale = apply(np.abs(f.value.numpy()), np.abs(g.value.numpy()), mode=mode, method="direct").max()
                family.add(f"{f_shape} {g_shape} {mode}", op, [f, g, {"mode": mode}], y, scale)
    return family


# --- NaN and infinities ------------------------------------------------------------------------


def make_nonfinite():
    family = Family("nonfinite")
    for special in ({20: "NaN"}, {20: "Infinity"}, {20: "-Infinity"}, {20: "Infinity", 21: "-Infinity"}):
        name = " ".join(special.values())
        x = Operand([1, 2, 6, 7], special=special)
        add_conv(family, f"x {name}", x, Operand([3, 2, 3, 3]), padding=1, bias=Operand([3]))
        add_conv(family, f"x {name} relu", x, Operand([3, 2, 3, 3]), padding=1, activation="relu")
        add_conv(family, f"x {name} depthwise", x, Operand([2, 1, 3, 3]), groups=2, padding=1)
        add_conv(family, f"x {name} 1x1", x, Operand([5, 2, 1, 1]))
        add_conv(family, f"x {name}", x, Operand([2, 3, 3, 3]), transposed=True, stride=2)
        w = Operand([3, 2, 3, 3], special={7: special[20]})
        # Without padding: PyTorch's own kernels disagree on whether its zeros meet the weight.
        add_conv(family, f"w {name}", Operand([1, 2, 5, 6]), w)
        x = Operand([1, 2, 6, 7], special=special)
        add_max_pool(family, f"{name}", x, 3, stride=2, padding=1)
        add_max_pool(family, f"{name} overlapping", x, 2, stride=1)
        y = F.avg_pool2d(x.value, 3, stride=2, padding=1)
        family.add(name, "avgPool2d", [x, 3, {"stride": 2, "padding": 1}], y, scale=1.0)
        y, indices = F.adaptive_max_pool2d(x.value, 3, return_indices=True)
        family.add(name, "adaptiveMaxPool2d", [x, 3, {"returnIndices": True}], [y, indices], exact=True)
    several = Operand([1, 1, 4, 4], special={0: "NaN", 5: "NaN", 6: "Infinity", 15: "NaN"})
    add_max_pool(family, "the last NaN's index", several, 4)
    add_max_pool(family, "NaN and infinity, overlapping", several, 3, stride=1, padding=1)
    nothing = Operand([1, 2, 4, 4], special={index: "-Infinity" for index in range(32)})
    add_max_pool(family, "only -Infinity", nothing, 3, stride=2, padding=1)
    add_max_pool(family, "only -Infinity, dilated", nothing, 2, stride=1, padding=1, dilation=2)
    zeros = Operand([1, 2, 5, 5], integers=1, times=0)
    add_max_pool(family, "zeros: the first index", zeros, 3, stride=2, padding=1)
    zero_weight = Operand([3, 2, 3, 3], integers=1, times=0)
    x = Operand([1, 2, 5, 5], special={12: "Infinity", 30: "NaN"})
    add_conv(family, "zero weights times infinity", x, zero_weight, padding=1)
    return family


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    folder.mkdir(parents=True, exist_ok=True)
    for make in (
        make_conv,
        make_transposed,
        make_pool,
        make_unpool,
        make_adaptive,
        make_elementwise,
        make_columns,
        make_signal,
        make_nonfinite,
    ):
        make().write(folder)


if __name__ == "__main__":
    main()
