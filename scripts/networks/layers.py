"""What the families have in common."""

import torch
from torch import nn


def conv_norm(in_channels, out_channels, kernel=3, stride=1, groups=1, activation=nn.ReLU, eps=1e-5):
    """A convolution that keeps the size (over its stride), batch normalisation and an activation, if any."""
    size = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    padding = tuple(k // 2 for k in size)
    conv = nn.Conv2d(in_channels, out_channels, size, stride, padding, groups=groups, bias=False)
    norm = nn.BatchNorm2d(out_channels, eps=eps)
    return nn.Sequential(conv, norm, *([] if activation is None else [activation(inplace=True)]))


class SqueezeExcite(nn.Module):
    """Weighs the channels by what their means say."""

    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.activation = activation(inplace=True)
        self.expand = nn.Conv2d(squeezed, channels, 1)
        self.gate = gate()

    def forward(self, x):
        return x * self.gate(self.expand(self.activation(self.reduce(self.pool(x)))))


def pooled_classifier(channels, classes, dropout=0.2):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Dropout(dropout), nn.Linear(channels, classes))


class Concat(nn.Module):
    """Branches over one input, side by side in the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)
