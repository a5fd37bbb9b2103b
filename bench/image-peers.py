"""OpenCV and Pillow on one thread, for bench/image.mjs: reads "CASE REPEATS" lines, answers with a JSON list of milliseconds each."""
import json
import sys
import time

import numpy as np

WIDTH, HEIGHT = 1920, 1080
pixels = np.frombuffer(open(sys.argv[1], "rb").read(), np.uint8).reshape(HEIGHT, WIDTH, 3)
cases = {}
versions = {}

try:
    import cv2

    cv2.setNumThreads(1)
    versions["OpenCV"] = cv2.__version__
    kernel5 = np.array(json.loads(sys.argv[2]), np.float32).reshape(5, 5)
    square3 = np.ones((3, 3), np.uint8)
    cases["cv:gaussianBlur"] = lambda: cv2.GaussianBlur(pixels, (0, 0), 3)
    cases["cv:filter2d"] = lambda: cv2.filter2D(pixels, -1, kernel5)
    cases["cv:sobel"] = lambda: cv2.Sobel(pixels, cv2.CV_32F, 1, 0)
    cases["cv:median"] = lambda: cv2.medianBlur(pixels, 3)
    cases["cv:erode"] = lambda: cv2.erode(pixels, square3)
    cases["cv:area"] = lambda: cv2.resize(pixels, (480, 270), interpolation=cv2.INTER_AREA)
except ImportError:
    pass

try:
    import PIL
    from PIL import Image

    versions["Pillow"] = PIL.__version__
    image = Image.fromarray(pixels)
    size = (round(WIDTH * 256 / HEIGHT), 256)
    cases["pil:preprocess"] = lambda: image.resize(size, Image.Resampling.BILINEAR)
    cases["pil:bicubic"] = lambda: image.resize(size, Image.Resampling.BICUBIC)
except ImportError:
    pass

print(json.dumps({"versions": versions, "cases": list(cases)}), flush=True)
for line in sys.stdin:
    name, repeats = line.split()
    times = []
    for _ in range(int(repeats)):
        start = time.perf_counter()
        cases[name]()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
