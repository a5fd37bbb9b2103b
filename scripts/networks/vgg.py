"""Plain chains of 3x3 convolutions: Simonyan and Zisserman 2014."""

from torch import nn

VGG_16 = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]


def vgg(stages=VGG_16, head=None):
    """Stages of (channels, convolutions), each followed by a pooling; `head` is (plane, features, classes)."""
    layers, channels = [], 3
    for out_channels, convolutions in stages:
        for _ in range(convolutions):
            layers += [nn.Conv2d(channels, out_channels, 3, padding=1), nn.ReLU(inplace=True)]
            channels = out_channels
        layers.append(nn.MaxPool2d(2))
    if head is not None:
        plane, features, classes = head
        layers += [nn.AdaptiveAvgPool2d(plane), nn.Flatten(1), nn.Linear(channels * plane**2, features), nn.ReLU()]
        layers += [nn.Dropout(), nn.Linear(features, classes)]
    return nn.Sequential(*layers)
