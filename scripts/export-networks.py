#!/usr/bin/python3
"""Writes ONNX models of the classic families of networks with PyTorch's exporter.

    apt-get install python3-torch python3-onnx
    /usr/bin/python3 scripts/export-networks.py [test/fixtures]
    /usr/bin/python3 scripts/export-networks.py --full [bench-output/models]

The first form writes networks.gz: small relatives of each family, with the values that PyTorch computes
for them in float64. Every network is there twice, for one image and with a free batch size. The second
form writes the networks of the papers, at full size, for `npm run bench:models`. All weights are random,
seeded, and calibrated so that values keep their scale from layer to layer.
"""

import argparse
import copy
import io
import math
import pathlib
import warnings

import onnx
import torch
from torch import nn
from torch.onnx import TrainingMode

from fixtures.archive import Archive
from fixtures.operands import hash32
from networks.concatenating import densenet, inception, shufflenet, squeezenet
from networks.decoders import Detector, UNet, up_by_bilinear, up_by_nearest
from networks.mobile import efficientnet, mobilenet_v2, mobilenet_v3
from networks.resnet import basic, bottleneck, resnet
from networks.vgg import vgg
from networks.weights import draw_levels, draw_normal, prepare

# PyTorch's exporter folds batch normalisation into the convolution before it; others leave it in the graph.
FOLDED, KEPT = TrainingMode.EVAL, TrainingMode.PRESERVE

SMALL_V3 = [
    (3, 8, 8, True, nn.ReLU, 2),
    (3, 32, 16, False, nn.ReLU, 2),
    (5, 48, 24, True, nn.Hardswish, 1),
    (5, 72, 24, True, nn.Hardswish, 1),
]

# Name: network, size of its images, operator set, batch normalisation.
SMALL = {
    "resnet-basic": (lambda: resnet(basic, (1, 1, 1), 8, 10), 48, 9, FOLDED),
    "resnet-bottleneck": (lambda: resnet(bottleneck, (1, 2, 1), 8, 10), 64, 17, KEPT),
    "mobilenet-v2": (lambda: mobilenet_v2([(1, 8, 1, 1), (6, 12, 2, 2), (6, 20, 2, 2)], 8, 64, 10), 64, 11, KEPT),
    "mobilenet-v3": (lambda: mobilenet_v3(SMALL_V3, 8, 64, 10), 64, 14, KEPT),
    "mobilenet-v3 in older operators": (lambda: mobilenet_v3(SMALL_V3, 8, 64, 10), 64, 10, KEPT),
    "efficientnet": (lambda: efficientnet([(1, 3, 8, 1, 1), (6, 5, 16, 2, 2), (6, 3, 24, 2, 2)], 8, 96, 10), 64, 13, KEPT),
    "densenet": (lambda: densenet((2, 3, 2), 8, 16, 10), 64, 10, KEPT),
    "inception": (lambda: inception(12, 10), 63, 12, KEPT),
    "shufflenet": (lambda: shufflenet([(24, 3), (48, 2)], 12, 10), 64, 13, KEPT),
    "unet transposed": (lambda: UNet((8, 16, 24)), 40, 13, FOLDED),
    "unet bilinear": (lambda: UNet((8, 16, 24), up_by_bilinear), 40, 16, KEPT),
    "unet nearest": (lambda: UNet((8, 16), up_by_nearest), 36, 9, KEPT),
    "detector": (lambda: Detector(8, 5, 64), 64, 15, KEPT),
    "squeezenet": (lambda: squeezenet(4, 10), 63, 9, KEPT),
    "vgg": (lambda: vgg([(8, 1), (16, 2), (24, 2)], (2, 32, 10)), 32, 13, KEPT),
}

FULL = {
    "vgg16-features": (vgg, 224),
    "resnet18": (lambda: resnet(basic, (2, 2, 2, 2)), 224),
    "resnet50": (lambda: resnet(bottleneck, (3, 4, 6, 3)), 224),
    "squeezenet1.1": (squeezenet, 224),
    "mobilenet-v2": (mobilenet_v2, 224),
    "efficientnet-b0": (efficientnet, 224),
    "densenet121": (densenet, 224),
    "unet-256": (UNet, 256),
}


def images(count, size, seed):
    """The values that test/support/random.ts draws for this seed."""
    shape = [count, 3, size, size]
    bits = hash32(math.prod(shape), seed)
    return torch.from_numpy(((bits >> 8) / 2.0**23 - 1).reshape(shape)).float()


def export(network, x, opset, norm, free_batch):
    file = io.BytesIO()
    results = network(x)
    outputs = ["boxes", "scores"] if isinstance(results, tuple) else ["y"]
    axes = {name: {0: "batch"} for name in ["x", *outputs]} if free_batch else None
    torch.onnx.export(
        network,
        x,
        file,
        input_names=["x"],
        output_names=outputs,
        opset_version=opset,
        training=norm,
        dynamic_axes=axes,
    )
    model = onnx.load_from_string(file.getvalue())
    # Names of layers and traces of source lines are of no use to a test.
    for node in model.graph.node:
        node.ClearField("doc_string")
    onnx.checker.check_model(model)
    return model


def write_fixtures(folder):
    archive, index = Archive(), []
    for seed, (name, (make, size, opset, norm)) in enumerate(SMALL.items(), start=1):
        torch.manual_seed(1)
        network = prepare(make(), images(8, size, 100), draw_levels)
        x = images(2, size, seed)
        fixed = export(network, x[:1], opset, norm, free_batch=False)
        free = export(network, x, opset, norm, free_batch=True)
        with torch.no_grad():
            results = copy.deepcopy(network).double()(x.double())
        results = results if isinstance(results, tuple) else (results,)
        entry = {
            "name": name,
            "seed": seed,
            "shape": list(x.shape),
            "model": archive.add_model(fixed),
            "freeBatch": archive.add_model(free),
            "outputs": [
                archive.add_tensor(output.name, result.float().numpy(), onnx.TensorProto.FLOAT)
                for output, result in zip(fixed.graph.output, results, strict=True)
            ],
        }
        index.append(entry)
        parameters = sum(p.numel() for p in network.parameters())
        largest = ", ".join(f"{float(result.abs().max()):.3g}" for result in results)
        print(f"{name}: {parameters} parameters, largest values {largest}")
    archive.write(folder / "networks.gz", index)


def write_full(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, size) in FULL.items():
        network = prepare(make(), images(4, size, 100), draw_normal)
        model = export(network, images(1, size, 1), 13, FOLDED, free_batch=False)
        onnx.save(model, str(folder / f"{name}.onnx"))
        print(f"{name}: {sum(p.numel() for p in network.parameters())} parameters")


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    if options.full:
        write_full(options.folder or pathlib.Path("bench-output/models"))
    else:
        write_fixtures(options.folder or pathlib.Path("test/fixtures"))


if __name__ == "__main__":
    main()
