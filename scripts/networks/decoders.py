"""Networks that come back to larger planes: U-Net (Ronneberger et al. 2015) and a detector of YOLO's kind."""

import torch
from torch import nn

from .layers import conv_norm


def double(in_channels, out_channels):
    return nn.Sequential(conv_norm(in_channels, out_channels), conv_norm(out_channels, out_channels))


def up_by_weights(channels, out_channels, _level):
    return nn.ConvTranspose2d(channels, out_channels, 2, 2)


def up_by_nearest(channels, out_channels, _level):
    return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(channels, out_channels, 3, padding=1))


def up_by_bilinear(channels, out_channels, level):
    """Aligned corners on every other level, so that both are there."""
    upsample = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=level % 2 == 1)
    return nn.Sequential(upsample, nn.Conv2d(channels, out_channels, 1))


class UNet(nn.Module):
    def __init__(self, widths=(32, 64, 128, 256), up=up_by_weights, classes=2):
        super().__init__()
        pairs = list(zip(widths, widths[1:]))
        self.pool = nn.MaxPool2d(2)
        self.down = nn.ModuleList([double(3, widths[0]), *(double(a, b) for a, b in pairs)])
        self.up = nn.ModuleList([up(b, a, level) for level, (a, b) in enumerate(pairs)])
        self.merge = nn.ModuleList([double(2 * a, a) for a, _ in pairs])
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x):
        kept = []
        for block in self.down[:-1]:
            kept.append(block(x))
            x = self.pool(kept[-1])
        x = self.down[-1](x)
        for skip, up, merge in reversed(list(zip(kept, self.up, self.merge))):
            x = merge(torch.cat([skip, up(x)], 1))
        return self.head(x)


class Detector(nn.Module):
    """Two scales of anchors over a backbone with pyramid pooling: returns boxes and scores of every anchor."""

    ANCHORS = [[[10, 13], [16, 30]], [[30, 61], [62, 45]]]
    STRIDES = [8, 16]

    def __init__(self, width, classes, size):
        super().__init__()
        w = width
        self.classes = classes

        def conv(in_channels, out_channels, kernel=3, stride=1):
            return conv_norm(in_channels, out_channels, kernel, stride, activation=nn.SiLU, eps=1e-3)

        self.fine = nn.Sequential(conv(3, w, 3, 2), conv(w, 2 * w, 3, 2), conv(2 * w, 4 * w, 3, 2))
        self.coarse = conv(4 * w, 4 * w, 3, 2)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.mix = conv(16 * w, 4 * w, 1)
        self.upsample = nn.Sequential(conv(4 * w, 2 * w, 1), nn.Upsample(scale_factor=2, mode="nearest"))
        self.merge = conv(6 * w, 4 * w)
        self.heads = nn.ModuleList([nn.Conv2d(4 * w, 2 * (5 + classes), 1) for _ in self.STRIDES])
        for level, (stride, anchors) in enumerate(zip(self.STRIDES, self.ANCHORS)):
            cells = torch.arange(size // stride, dtype=torch.float32)
            grid = torch.stack(torch.meshgrid(cells, cells, indexing="xy"), -1) - 0.5
            self.register_buffer(f"grid{level}", grid[None, None])
            self.register_buffer(f"anchors{level}", torch.tensor(anchors, dtype=torch.float32)[None, :, None, None])

    def decode(self, x, level):
        n, _, h, w = x.shape
        y = x.view(n, 2, 5 + self.classes, h, w).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
        grid, anchors = getattr(self, f"grid{level}"), getattr(self, f"anchors{level}")
        centre = (y[..., 0:2] * 2 + grid) * self.STRIDES[level]
        extent = (y[..., 2:4] * 2) ** 2 * anchors
        boxes = torch.cat([centre - extent / 2, centre + extent / 2], -1)
        scores = y[..., 4:5] * y[..., 5:]
        return boxes.view(n, -1, 4), scores.view(n, -1, self.classes)

    def forward(self, x):
        fine = self.fine(x)
        x = self.coarse(fine)
        pools = [x]
        for _ in range(3):
            pools.append(self.pool(pools[-1]))
        coarse = self.mix(torch.cat(pools, 1))
        fine = self.merge(torch.cat([fine, self.upsample(coarse)], 1))
        found = [self.decode(head(x), level) for level, (head, x) in enumerate(zip(self.heads, (fine, coarse)))]
        boxes, scores = zip(*found)
        return torch.cat(boxes, 1), torch.cat(scores, 1)
