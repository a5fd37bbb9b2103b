#!/usr/bin/python3
"""Writes ONNX's own tests of single operators, as far as convkit has the operators, to one fixture.

    apt-get install python3-onnx && /usr/bin/python3 scripts/onnx-node-tests.py [test/fixtures]

Every test of `onnx.backend.test` is a small model with inputs and expected outputs. Those whose graph
uses nothing but OPERATORS over plain tensors are kept, `_expanded` ones (functions written out in other
operators) included. Where the operands after the first are usually weights or settings, the test is
kept a second time with these as initializers, as exporters write them: " (constants)".
"""

import collections
import copy
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto

from fixtures.archive import Archive

OPERATORS = set(
    """
    Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool LpPool MaxUnpool
    BatchNormalization InstanceNormalization LayerNormalization LRN
    Relu LeakyRelu PRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Gelu Mish Tanh Clip ThresholdedRelu
    Softmax LogSoftmax Softplus Softsign Gemm MatMul
    Add Sub Mul Div Sum Max Min Mean Pow Sqrt Exp Log Erf Neg Abs Reciprocal Floor Ceil Round Sign
    Concat Split Slice Pad Resize Upsample Reshape Flatten Transpose Squeeze Unsqueeze Expand Tile Gather
    Shape Size Cast Identity Dropout Constant ConstantOfShape Range Where
    Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not
    ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ArgMax ArgMin TopK
    NonMaxSuppression DepthToSpace SpaceToDepth GridSample
    """.split()
)

TYPES = {
    getattr(TensorProto, name)
    for name in "FLOAT FLOAT16 BFLOAT16 DOUBLE INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 BOOL".split()
}

# Operator: its first operand that is a weight or a setting.
FIRST_CONSTANT = {
    **dict.fromkeys("Conv ConvTranspose Gemm MatMul PRelu Add Sub Mul Div Pow Min Max".split(), 1),
    **dict.fromkeys("BatchNormalization InstanceNormalization LayerNormalization".split(), 1),
    **dict.fromkeys("Reshape Expand Tile Slice Pad Resize Upsample Clip Squeeze Unsqueeze".split(), 1),
    **dict.fromkeys("Split TopK ReduceSum Gather".split(), 1),
    **dict.fromkeys("NonMaxSuppression Where".split(), 2),
}

# 750 KB of random numbers each, incompressible; pooling in three dimensions has golden values of PyTorch.
TOO_LARGE = {"test_averagepool_3d_default", "test_maxpool_3d_default"}


def raise_opset(model):
    """Operators that never changed since are tested at the versions that brought them; 7 is the least that a loader reads."""
    for opset in model.opset_import:
        if opset.domain == "" and opset.version < 7:
            opset.version = 7


def collect():
    """ONNX's cases; they were written for a NumPy that still had its own names of Python's types."""
    for name, python_type in {"float": float, "int": int, "bool": bool, "object": object}.items():
        if name not in np.__dict__:
            setattr(np, name, python_type)
    from onnx.backend.test.case.node import collect_testcases

    return collect_testcases("")


def reason_to_leave(case):
    operators = {(node.domain, node.op_type) for node in case.model.graph.node}
    foreign = sorted(name for domain, name in operators if domain or name not in OPERATORS)
    if foreign:
        return f"operator {', '.join(foreign)}"
    for value in [*case.model.graph.input, *case.model.graph.output]:
        kind = value.type.WhichOneof("value")
        if kind != "tensor_type":
            return kind.removesuffix("_type")
        if value.type.tensor_type.elem_type not in TYPES:
            return TensorProto.DataType.Name(value.type.tensor_type.elem_type).lower()
    return "size" if case.name in TOO_LARGE else None


def with_constants(model, arrays):
    """The model with its last operands as initializers, and what is left to feed; None where that changes nothing."""
    node = model.graph.node[0]
    first = FIRST_CONSTANT.get(node.op_type)
    if len(model.graph.node) != 1 or first is None:
        return None
    names = {name for name in node.input[first:] if name}
    values = dict(zip((value.name for value in model.graph.input), arrays))
    fed = [value for value in model.graph.input if value.name not in names]
    if len(fed) == len(values) or not fed:
        return None
    changed = copy.deepcopy(model)
    changed.ir_version = max(4, model.ir_version)  # before 4 an initializer had to be an input as well
    for value in model.graph.input:
        if value.name in names:
            tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(values[value.name]), value.name)
            tensor.data_type = value.type.tensor_type.elem_type
            changed.graph.initializer.append(tensor)
            changed.graph.input.remove(value)
    return changed, [values[value.name] for value in fed]


def store(archive, name, model, inputs, outputs):
    def tensors(values, arrays):
        return [
            archive.add_tensor(value.name, np.asarray(array), value.type.tensor_type.elem_type)
            for value, array in zip(values, arrays, strict=True)
        ]

    return {
        "name": name,
        "model": archive.add_model(model),
        "inputs": tensors(model.graph.input, inputs),
        "outputs": tensors(model.graph.output, outputs),
    }


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/fixtures")
    archive, index = Archive(), []
    left, seen = collections.Counter(), collections.Counter()
    for case in collect():
        reason = reason_to_leave(case)
        if reason:
            left[reason] += 1
            continue
        # Two tests of ONNX share their names with another one.
        seen[case.name] += 1
        name = case.name if seen[case.name] == 1 else f"{case.name} ({seen[case.name]})"
        [(inputs, outputs)] = case.data_sets
        raise_opset(case.model)
        index.append(store(archive, name, case.model, inputs, outputs))
        constant = with_constants(case.model, inputs)
        if constant:
            index.append(store(archive, f"{name} (constants)", *constant, outputs))
    for reason, count in left.most_common():
        print(f"left out {count}: {reason}")
    print(f"kept {sum(seen.values())} tests, {len(index)} cases with those of constants; left out {left.total()}")
    archive.write(folder / "onnx-nodes.gz", index)


if __name__ == "__main__":
    main()
