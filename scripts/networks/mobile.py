"""Networks of inverted residuals: MobileNetV2 and V3 (Sandler et al. 2018, Howard et al. 2019), EfficientNet (Tan 2019)."""

import functools

from torch import nn

from .layers import SqueezeExcite, conv_norm, pooled_classifier


class InvertedResidual(nn.Module):
    """Widens, convolves depthwise, weighs the channels, narrows."""

    def __init__(self, channels, out_channels, wide, kernel, stride, activation, excite=None, eps=1e-5):
        super().__init__()
        layers = []
        if wide != channels:
            layers.append(conv_norm(channels, wide, 1, activation=activation, eps=eps))
        layers.append(conv_norm(wide, wide, kernel, stride, groups=wide, activation=activation, eps=eps))
        if excite is not None:
            layers.append(excite(wide))
        layers.append(conv_norm(wide, out_channels, 1, activation=None, eps=eps))
        self.body = nn.Sequential(*layers)
        self.skips = stride == 1 and channels == out_channels

    def forward(self, x):
        return x + self.body(x) if self.skips else self.body(x)


# expansion, channels, blocks, stride of the first
MOBILENET_V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def mobilenet_v2(stages=MOBILENET_V2, stem=32, last=1280, classes=1000):
    layers = [conv_norm(3, stem, 3, 2, activation=nn.ReLU6)]
    channels = stem
    for expansion, out_channels, blocks, stride in stages:
        for i in range(blocks):
            wide = channels * expansion
            layers.append(InvertedResidual(channels, out_channels, wide, 3, stride if i == 0 else 1, nn.ReLU6))
            channels = out_channels
    return nn.Sequential(*layers, conv_norm(channels, last, 1, activation=nn.ReLU6), pooled_classifier(last, classes))


def mobilenet_v3(blocks, stem, last, classes):
    """Blocks of (kernel, wide, channels, weighs channels, activation, stride)."""
    eps = 1e-3
    layers = [conv_norm(3, stem, 3, 2, activation=nn.Hardswish, eps=eps)]
    channels = stem
    for kernel, wide, out_channels, weighs, activation, stride in blocks:
        excite = (lambda c: SqueezeExcite(c, max(8, c // 4), nn.ReLU, nn.Hardsigmoid)) if weighs else None
        layers.append(InvertedResidual(channels, out_channels, wide, kernel, stride, activation, excite, eps))
        channels = out_channels
    wide = channels * 6
    head = [conv_norm(channels, wide, 1, activation=nn.Hardswish, eps=eps), nn.AdaptiveAvgPool2d(1), nn.Flatten(1)]
    return nn.Sequential(*layers, *head, nn.Linear(wide, last), nn.Hardswish(), nn.Dropout(), nn.Linear(last, classes))


# expansion, kernel, channels, blocks, stride of the first
EFFICIENTNET_B0 = [
    (1, 3, 16, 1, 1),
    (6, 3, 24, 2, 2),
    (6, 5, 40, 2, 2),
    (6, 3, 80, 3, 2),
    (6, 5, 112, 3, 1),
    (6, 5, 192, 4, 2),
    (6, 3, 320, 1, 1),
]


def efficientnet(stages=EFFICIENTNET_B0, stem=32, last=1280, classes=1000):
    layers = [conv_norm(3, stem, 3, 2, activation=nn.SiLU)]
    channels = stem
    for expansion, kernel, out_channels, blocks, stride in stages:
        for i in range(blocks):
            excite = functools.partial(SqueezeExcite, squeezed=max(1, channels // 4), activation=nn.SiLU, gate=nn.Sigmoid)
            wide = channels * expansion
            step = stride if i == 0 else 1
            layers.append(InvertedResidual(channels, out_channels, wide, kernel, step, nn.SiLU, excite))
            channels = out_channels
    return nn.Sequential(*layers, conv_norm(channels, last, 1, activation=nn.SiLU), pooled_classifier(last, classes))
