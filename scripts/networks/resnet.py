"""Residual networks: He et al. 2015, with the stride of a bottleneck in its 3x3 convolution."""

from torch import nn

from .layers import conv_norm


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.body(x) + self.shortcut(x))


def basic(in_channels, width, stride):
    return width, nn.Sequential(
        conv_norm(in_channels, width, 3, stride),
        conv_norm(width, width, 3, activation=None),
    )


def bottleneck(in_channels, width, stride):
    return 4 * width, nn.Sequential(
        conv_norm(in_channels, width, 1),
        conv_norm(width, width, 3, stride),
        conv_norm(width, 4 * width, 1, activation=None),
    )


def resnet(block, depths, width=64, classes=1000):
    layers = [conv_norm(3, width, 7, 2), nn.MaxPool2d(3, 2, 1)]
    channels = width
    for stage, depth in enumerate(depths):
        for i in range(depth):
            stride = 2 if stage > 0 and i == 0 else 1
            out_channels, body = block(channels, width << stage, stride)
            same = stride == 1 and channels == out_channels
            shortcut = nn.Identity() if same else conv_norm(channels, out_channels, 1, stride, activation=None)
            layers.append(Residual(body, shortcut))
            channels = out_channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(channels, classes))
