"""Random weights under which a network keeps the scale of its values, as a trained one does."""

import math

import torch
from torch import nn

# Weights of a fixture have 15 values only, -7 ... 7 times a power of two: four bits each when compressed.
LEVELS = 7
LEVELS_DEVIATION = math.sqrt(LEVELS * (LEVELS + 1) / 3)


def draw_levels(shape, deviation):
    unit = 2.0 ** round(math.log2(deviation / LEVELS_DEVIATION))
    return torch.randint(-LEVELS, LEVELS + 1, shape).float() * unit


def draw_normal(shape, deviation):
    return torch.randn(shape) * deviation


def rounded(values):
    """Half precision: two of four bytes compress away."""
    return values.half().float()


def fill(network, draw):
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            inputs = layer.weight[0].numel()
            if isinstance(layer, nn.ConvTranspose2d):
                inputs = layer.in_channels
            layer.weight.data = draw(layer.weight.shape, math.sqrt(2 / inputs))
            if layer.bias is not None:
                layer.bias.data = rounded(torch.rand(layer.bias.shape) - 0.5) / 8
        if isinstance(layer, nn.BatchNorm2d):
            layer.weight.data = rounded(torch.rand(layer.weight.shape) + 0.5)
            layer.bias.data = rounded(torch.rand(layer.bias.shape) - 0.5)


def calibrate(network, x):
    """Gives every batch normalisation the statistics that it sees."""
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    with torch.no_grad():
        network.train()(x)
    network.eval()
    for norm in norms:
        norm.running_mean = rounded(norm.running_mean)
        norm.running_var = rounded(norm.running_var)


def prepare(network, x, draw):
    """The network ready to run on the likes of `x`."""
    torch.manual_seed(1)
    fill(network, draw)
    calibrate(network, x)
    return network
