"""Networks that put branches side by side: SqueezeNet, DenseNet, Inception and ShuffleNet."""

import torch
from torch import nn

from .layers import Concat, conv_norm, pooled_classifier


def fire(in_channels, squeezed, expanded):
    def conv(channels, out_channels, kernel):
        return nn.Sequential(nn.Conv2d(channels, out_channels, kernel, padding=kernel // 2), nn.ReLU(inplace=True))

    return nn.Sequential(conv(in_channels, squeezed, 1), Concat(conv(squeezed, expanded, 1), conv(squeezed, expanded, 3)))


def squeezenet(width=16, classes=1000):
    """Iandola et al. 2016, version 1.1."""
    layers = [nn.Conv2d(3, 4 * width, 3, 2), nn.ReLU(inplace=True)]
    channels = 4 * width
    for stage in ((1, 1), (2, 2), (3, 3, 4, 4)):
        layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        for times in stage:
            layers.append(fire(channels, times * width, 4 * times * width))
            channels = 8 * times * width
    head = [nn.Dropout(), nn.Conv2d(channels, classes, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(1)]
    return nn.Sequential(*layers, *head)


def norm_conv(in_channels, out_channels, kernel):
    """DenseNet normalises before it convolves."""
    conv = nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, bias=False)
    return nn.Sequential(nn.BatchNorm2d(in_channels), nn.ReLU(inplace=True), conv)


def densenet(blocks=(6, 12, 24, 16), growth=32, stem=64, classes=1000):
    """Huang et al. 2016; DenseNet-121 unless told otherwise."""
    layers = [conv_norm(3, stem, 7, 2), nn.MaxPool2d(3, 2, 1)]
    channels = stem
    for stage, depth in enumerate(blocks):
        if stage > 0:
            layers += [norm_conv(channels, channels // 2, 1), nn.AvgPool2d(2)]
            channels //= 2
        for _ in range(depth):
            grow = nn.Sequential(norm_conv(channels, 4 * growth, 1), norm_conv(4 * growth, growth, 3))
            layers.append(Concat(nn.Identity(), grow))
            channels += growth
    layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, pooled_classifier(channels, classes))


def inception(width, classes):
    """One block of each kind of Inception v3 (Szegedy et al. 2015)."""
    w = width

    def chain(in_channels, *convolutions):
        layers = []
        for out_channels, kernel, *stride in convolutions:
            layers.append(conv_norm(in_channels, out_channels, kernel, *stride, eps=1e-3))
            in_channels = out_channels
        return nn.Sequential(*layers)

    def pooled(in_channels, out_channels):
        return nn.Sequential(nn.AvgPool2d(3, 1, 1), chain(in_channels, (out_channels, 1)))

    wide, tall = (1, 7), (7, 1)
    mixed = Concat(
        chain(2 * w, (w, 1)),
        chain(2 * w, (w, 1), (w, 5)),
        chain(2 * w, (w, 1), (w, 3), (w, 3)),
        pooled(2 * w, w),
    )
    shrink = Concat(chain(4 * w, (w, 1), (2 * w, 3, 2)), nn.MaxPool2d(3, 2, 1))
    factorised = Concat(
        chain(6 * w, (2 * w, 1)),
        chain(6 * w, (w, 1), (w, wide), (2 * w, tall)),
        chain(6 * w, (w, 1), (w, tall), (w, wide), (w, tall), (2 * w, wide)),
        pooled(6 * w, 2 * w),
    )
    spread = Concat(
        chain(8 * w, (2 * w, 1)),
        nn.Sequential(chain(8 * w, (w, 1)), Concat(chain(w, (w, (1, 3))), chain(w, (w, (3, 1))))),
        pooled(8 * w, w),
    )
    stem = [chain(3, (w, 3, 2), (2 * w, 3)), nn.MaxPool2d(3, 2)]
    return nn.Sequential(*stem, mixed, shrink, factorised, spread, pooled_classifier(5 * w, classes))


class ShuffleUnit(nn.Module):
    """Ma et al. 2018: half of the channels pass, and the halves are then interleaved."""

    def __init__(self, channels, out_channels, stride):
        super().__init__()
        self.splits = stride == 1
        half = out_channels // 2
        in_channels = channels // 2 if self.splits else channels
        self.main = nn.Sequential(
            conv_norm(in_channels, half, 1),
            conv_norm(half, half, 3, stride, groups=half, activation=None),
            conv_norm(half, half, 1),
        )
        self.shortcut = nn.Identity()
        if not self.splits:
            depthwise = conv_norm(channels, channels, 3, stride, groups=channels, activation=None)
            self.shortcut = nn.Sequential(depthwise, conv_norm(channels, half, 1))

    def forward(self, x):
        passed, worked = x.chunk(2, 1) if self.splits else (x, x)
        y = torch.cat([self.shortcut(passed), self.main(worked)], 1)
        n, c, h, w = y.shape
        return y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


def shufflenet(stages, stem, classes):
    """Stages of (channels, units)."""
    layers = [conv_norm(3, stem, 3, 2), nn.MaxPool2d(3, 2, 1)]
    channels = stem
    for out_channels, units in stages:
        for i in range(units):
            layers.append(ShuffleUnit(channels, out_channels, 2 if i == 0 else 1))
            channels = out_channels
    return nn.Sequential(*layers, conv_norm(channels, channels, 1), pooled_classifier(channels, classes))
