"""Writes test/fixtures/filters.gz: what OpenCV and scipy.ndimage answer for the filters of convkit/image.

    /usr/bin/python3 scripts/filter-fixtures.py

Debian's python3-opencv (4.6), python3-scipy and python3-numpy. Each case of the index is a call in convkit's own
words, on one of the images:

    { "name", "op", "image", "args", "result": { "type", "blob" }, "within" }

`args` are what follows the image. `within` is how far apart values may be: 0 where both sides are exact, 1 (a level)
where they round differently, 2 where OpenCV blurs uint8, whose weights of 8 bits are up to 1.5 levels off the exact
sum for sigma 3, else a share of the largest value for float32.
"""

import pathlib
import sys

import cv2
import numpy as np
from scipy import ndimage

from fixtures.archive import Archive

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPENCV = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
}
SCIPY = {"reflect101": "mirror", "reflect": "reflect", "replicate": "nearest", "wrap": "wrap", "constant": "constant"}
FLOAT = 1e-6
LEVEL = 1

rng = np.random.default_rng(20)
IMAGES = {
    "colour": rng.integers(0, 256, (12, 20, 3), dtype=np.uint8),
    "grey": rng.integers(0, 256, (9, 70, 1), dtype=np.uint8),
    "deep": rng.integers(0, 65536, (9, 13, 3), dtype=np.uint16),
    "real": rng.standard_normal((9, 14, 3)).astype(np.float32),
}


class Cases:
    def __init__(self):
        self.archive = Archive()
        self.cases = []

    def add(self, name, op, image, args, result, within):
        original = IMAGES[image]
        values = np.ascontiguousarray(result).reshape(-1)
        self.cases.append({
            "name": f"{name}, {image}",
            "op": op,
            "image": image,
            "args": args,
            "result": {"type": str(values.dtype), "blob": [self.archive.add(values.tobytes())]},
            "within": within,
        })
        assert op == "integralImage" or values.size == original.size, name

    def write(self, file):
        images = {
            name: {"shape": image.shape, "type": str(image.dtype), "blob": [self.archive.add(image.tobytes())]}
            for name, image in IMAGES.items()
        }
        self.archive.write(file, {"images": images, "cases": self.cases})


def tolerance(image, out_type=None):
    return FLOAT if IMAGES[image].dtype == np.float32 or out_type == "float32" else LEVEL


def add_gaussians(cases):
    for image in ("colour", "grey", "real"):
        for sigma in (0.7, 1.5, 3):
            for border in OPENCV:
                expected = cv2.GaussianBlur(IMAGES[image], (0, 0), sigma, borderType=OPENCV[border])
                options = {"sigma": sigma, "border": border}
                within = FLOAT if image == "real" else 2
                cases.add(f"GaussianBlur {sigma} {border}", "gaussianBlur", image, [options], expected, within)
            if image != "real":
                size = round(sigma * 6 + 1) | 1
                kernel = cv2.getGaussianKernel(size, sigma)
                expected = cv2.sepFilter2D(IMAGES[image].astype(float), cv2.CV_64F, kernel, kernel)
                rounded = np.rint(expected).astype(np.uint8)
                cases.add(f"GaussianBlur {sigma} exact", "gaussianBlur", image, [{"sigma": sigma}], rounded, LEVEL)
        for size in (3, 5, 7, 9):
            expected = cv2.GaussianBlur(IMAGES[image], (size, size), 0)
            cases.add(f"GaussianBlur {size}", "gaussianBlur", image, [{"kernelSize": size}], expected, tolerance(image))
    expected = cv2.GaussianBlur(IMAGES["real"], (5, 9), 1.2, sigmaY=2)
    options = {"sigmaX": 1.2, "sigmaY": 2, "kernelSize": [9, 5]}
    cases.add("GaussianBlur 1.2 × 2", "gaussianBlur", "real", [options], expected, FLOAT)
    for border in SCIPY:
        expected = ndimage.gaussian_filter(IMAGES["real"].astype(float), (2, 2, 0), mode=SCIPY[border], truncate=3)
        options = {"sigma": 2, "kernelSize": 13, "border": border}
        cases.add(f"gaussian_filter {border}", "gaussianBlur", "real", [options], expected.astype(np.float32), FLOAT)


def add_kernels(cases):
    for height, width in ((3, 3), (5, 5), (2, 4), (7, 1)):
        kernel = rng.uniform(-1, 1, (height, width)).astype(np.float32)
        rows = kernel.astype(float).tolist()
        for image in ("colour", "real"):
            expected = cv2.filter2D(IMAGES[image], -1, kernel, delta=3)
            args = [rows, {"delta": 3}]
            cases.add(f"filter2D {height} × {width}", "filter2d", image, args, expected, tolerance(image))
        expected = cv2.filter2D(IMAGES["colour"], cv2.CV_32F, kernel)
        cases.add(f"filter2D {height} × {width} CV_32F", "filter2d", "colour", [rows, {"outDtype": "float32"}], expected, FLOAT)
        for border in SCIPY:
            for mode, function in (("correlate", ndimage.correlate), ("convolve", ndimage.convolve)):
                weights = kernel.astype(float)[:, :, None]
                expected = function(IMAGES["real"].astype(float), weights, mode=SCIPY[border], cval=2)
                options = {"border": border, "mode": mode} | ({"borderValue": 2} if border == "constant" else {})
                name = f"{mode} {height} × {width} {border}"
                cases.add(name, "filter2d", "real", [rows, options], expected.astype(np.float32), FLOAT)
    x, y = rng.uniform(-1, 1, 5).astype(np.float32), rng.uniform(-1, 1, 4).astype(np.float32)
    for image in ("colour", "real"):
        expected = cv2.sepFilter2D(IMAGES[image], cv2.CV_32F, x, y)
        args = [x.astype(float).tolist(), y.astype(float).tolist(), {"outDtype": "float32"}]
        cases.add("sepFilter2D", "separableFilter2d", image, args, expected, FLOAT)


def add_derivatives(cases):
    for image in ("colour", "grey", "real"):
        within = FLOAT if image == "real" else 0
        for dx, dy, size in ((1, 0, 3), (0, 1, 3), (1, 1, 3), (2, 0, 3), (1, 0, 5), (0, 2, 5)):
            expected = cv2.Sobel(IMAGES[image], cv2.CV_32F, dx, dy, ksize=size)
            options = {"dx": dx, "dy": dy, "kernelSize": size}
            cases.add(f"Sobel {dx} {dy} {size}", "sobel", image, [options], expected, within)
        expected = cv2.Scharr(IMAGES[image], cv2.CV_32F, 0, 1)
        cases.add("Scharr", "scharr", image, [{"dy": 1}], expected, within)
        expected = cv2.Laplacian(IMAGES[image], cv2.CV_32F, ksize=1)
        cases.add("Laplacian", "laplacian", image, [{}], expected, within)
    real = IMAGES["colour"].astype(float)
    # scipy's Sobel smooths along every other axis, the channels' too: so it is given one channel at a time.
    expected = np.stack([ndimage.sobel(real[:, :, c], axis=1, mode="reflect") for c in range(3)], axis=2)
    cases.add("scipy's sobel", "sobel", "colour", [{"dx": 1, "border": "reflect"}], expected.astype(np.float32), 0)


def add_means(cases):
    for image in ("colour", "grey", "deep", "real"):
        for height, width in ((3, 3), (5, 7), (2, 4)):
            expected = cv2.blur(IMAGES[image], (width, height), borderType=cv2.BORDER_REPLICATE)
            options = {"kernelSize": [height, width], "border": "replicate"}
            cases.add(f"blur {height} × {width}", "boxBlur", image, [options], expected, tolerance(image))
    expected = ndimage.uniform_filter(IMAGES["real"].astype(float), (4, 5, 1), mode="wrap").astype(np.float32)
    cases.add("uniform_filter", "boxBlur", "real", [{"kernelSize": [4, 5], "border": "wrap"}], expected, FLOAT)
    for image in ("colour", "grey"):
        expected = cv2.integral(IMAGES[image]).astype(np.uint32)
        cases.add("integral", "integralImage", image, [{}], expected, 0)


def add_ranks(cases):
    for image in ("colour", "grey", "deep", "real"):
        for size in (3, 5):
            expected = cv2.medianBlur(IMAGES[image], size)
            options = {"kernelSize": size, "border": "replicate"}
            cases.add(f"medianBlur {size}", "median", image, [options], expected, 0)
        expected = ndimage.median_filter(IMAGES[image], (5, 5, 1), mode="mirror")
        cases.add("median_filter 5", "median", image, [{"kernelSize": 5}], expected, 0)


def add_morphology(cases):
    functions = {"erode": cv2.MORPH_ERODE, "dilate": cv2.MORPH_DILATE, "open": cv2.MORPH_OPEN, "close": cv2.MORPH_CLOSE}
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 5))
    for image in ("colour", "deep", "real"):
        for op, code in functions.items():
            for height, width, iterations in ((3, 3, 1), (9, 5, 1), (3, 3, 2)):
                rectangle = np.ones((height, width), np.uint8)
                expected = cv2.morphologyEx(IMAGES[image], code, rectangle, iterations=iterations)
                options = {"kernelSize": [height, width], "iterations": iterations}
                cases.add(f"{op} {height} × {width} {iterations}", op, image, [options], expected, 0)
            for name, element in (("cross", cross), ("ellipse", ellipse)):
                expected = cv2.morphologyEx(IMAGES[image], code, element)
                cases.add(f"{op} {name}", op, image, [{"mask": element.tolist()}], expected, 0)
    footprint = np.array([[1, 0, 0, 1], [1, 1, 0, 0]])
    expected = ndimage.grey_erosion(IMAGES["colour"], footprint=footprint[:, :, None], mode="wrap")
    cases.add("grey_erosion", "erode", "colour", [{"mask": footprint.tolist(), "border": "wrap"}], expected, 0)


def main():
    cases = Cases()
    for add in (add_gaussians, add_kernels, add_derivatives, add_means, add_ranks, add_morphology):
        add(cases)
    file = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "test" / "fixtures" / "filters.gz"
    cases.write(file)
    print(f"{len(cases.cases)} cases")


main()
