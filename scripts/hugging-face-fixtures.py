"""Writes test/fixtures/hugging-face.json.gz: what transformers makes of small images by some 2,000 `preprocessor_config.json` files.

    python scripts/hugging-face-fixtures.py [test/fixtures]

Needs transformers 4.57 with torch, torchvision, NumPy and Pillow. Every image processor is tried: its full file, the same without one key
or another, and with other values. Of each result the shape, some values and their mean are kept. Files that transformers itself refuses
are left out. `facts` is what the processors' defaults are, which src/image/recipe/hugging-face-classes.ts repeats in its own words.
"""

import gzip
import importlib
import inspect
import json
import os
import pathlib
import random
import sys
import warnings

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
warnings.simplefilter("ignore")

import numpy as np
import transformers
import transformers.models
from PIL import Image

# Of the classes that compute with Pillow, whose values are to be met exactly, and of those with torchvision.
FILES_PER_CLASS = 40
FILES_PER_FAST_CLASS = 12
SAMPLES = 12
IMAGES = [(47, 61, 1), (83, 52, 2), (40, 40, 3)]
COMMON = (
    "do_resize size resample do_center_crop crop_size do_rescale rescale_factor do_normalize image_mean image_std "
    "do_flip_channel_order do_flip_channels crop_pct do_convert_rgb do_pad size_divisor apply_ocr offset rescale_offset include_top "
    "keep_aspect_ratio ensure_multiple_of do_reduce_labels format do_convert_annotations default_to_square crop_to_patches"
).split()
# Other values of a key, of which some files have one.
VALUES = {
    "do_resize": [True, False, None],
    "resample": [0, 1, 2, 3, 4, 5],
    "do_center_crop": [True, False],
    "crop_size": [32, 33, {"height": 30, "width": 41}, [28, 35], 96],
    "do_rescale": [True, False, None],
    "rescale_factor": [1 / 255, 1 / 127.5],
    "do_normalize": [True, False, None],
    "image_mean": [[0.1, 0.2, 0.3], 0.25, None],
    "image_std": [[0.5, 0.25, 0.75], 0.5, None],
    "do_flip_channel_order": [True, False],
    "crop_pct": [0.875, 0.9, 1.0, None],
    "do_reduce_labels": [False],
    "do_convert_rgb": [True, None],
}


def noise(width, height, seed):
    state, values = seed, np.empty(width * height * 3, np.uint8)
    for i in range(values.size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = (state >> 12) & 255
    return Image.fromarray(values.reshape(height, width, 3))


def processors():
    """Every image processor that can be made without arguments."""
    root = pathlib.Path(transformers.models.__file__).parent
    for path in sorted(root.glob("*/image_processing_*.py")):
        name = f"transformers.models.{path.parent.name}.{path.stem}"
        for attribute, value in vars(importlib.import_module(name)).items():
            if not inspect.isclass(value) or value.__module__ != name:
                continue
            if not attribute.endswith(("ImageProcessor", "ImageProcessorFast")) or attribute.startswith("Auto"):
                continue
            try:
                yield attribute, value, value().to_dict()
            except Exception:
                yield attribute, value, None


def sizes(default):
    lone = [48, 37, [36, 50], {"height": 40, "width": 56}, {"shortest_edge": 45}]
    if isinstance(default, dict) and "longest_edge" in default:
        return [48, {"shortest_edge": 60, "longest_edge": 80}, {"shortest_edge": 45, "longest_edge": 300}, {"height": 40, "width": 56}]
    return lone


def files(name, defaults, random):
    """Configurations, the most instructive first."""
    kind = {"image_processor_type": name}
    stated = {key: defaults[key] for key in COMMON if key in defaults}
    yield kind
    yield {**kind, **stated}
    small = {**stated}
    if "size" in defaults:
        small["size"] = random.choice(sizes(defaults["size"])[1:])
    if name.endswith("ImageProcessor"):
        yield {"feature_extractor_type": name.replace("ImageProcessor", "FeatureExtractor")} | {"size": small.get("size", 48)}
    for size in sizes(defaults.get("size")):
        yield {**kind, "size": size}
    while True:
        chosen = {key: value for key, value in small.items() if random.random() < 0.6}
        for key in list(defaults):
            if key in VALUES and random.random() < 0.35:
                chosen[key] = random.choice(VALUES[key])
        if "size" in defaults and random.random() < 0.8:
            chosen["size"] = random.choice(sizes(defaults["size"]))
        yield {**kind, **chosen}


def result(cls, config, image):
    given = dict(config)
    processor = cls(**{**given, **({"apply_ocr": False} if "LayoutLM" in cls.__name__ else {})})
    results = processor(image, return_tensors="pt")
    pixels = next(value for key, value in results.items() if key.startswith("pixel_values"))
    pixels = np.asarray(pixels, np.float32)
    while pixels.ndim > 3 and pixels.shape[0] == 1:
        pixels = pixels[0]
    return pixels


def case(cls, config, i):
    width, height, seed = IMAGES[i % len(IMAGES)]
    pixels = result(cls, config, noise(width, height, seed))
    flat = pixels.reshape(-1)
    places = [int(k * (flat.size - 1) / (SAMPLES - 1)) for k in range(SAMPLES)]
    return {
        "file": config,
        "image": [width, height, seed],
        "shape": list(pixels.shape),
        "values": [float(f"{flat[at]:.7g}") for at in places],
        "mean": float(f"{flat.astype(np.float64).mean():.8g}"),
    }


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    cases, facts = [], {}
    for name, cls, defaults in processors():
        facts[name] = defaults
        if defaults is None:
            continue
        draw = random.Random(name)
        made = tried = 0
        for config in files(name, defaults, draw):
            wanted = FILES_PER_FAST_CLASS if name.endswith("Fast") else FILES_PER_CLASS
            if made == wanted or tried == 4 * wanted:
                break
            tried += 1
            try:
                cases.append(case(cls, config, made))
                made += 1
            except Exception:
                if made == 0 and tried > 8:
                    break
        print(name, made, file=sys.stderr)
    text = json.dumps({"transformers": transformers.__version__, "facts": facts, "cases": cases}, default=str)
    (folder / "hugging-face.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
