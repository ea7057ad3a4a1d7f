"""Records the ONNX project's own tests of the nodes RNN, GRU and LSTM, for OnnxTestDataTests to compare with.

    apt-get install libonnx-testdata     # the ONNX project's test data (Apache-2.0), 1.12.0
    python3 record_onnx_tests.py         # writes onnx-node-tests.json beside this file

Recorded are the numbers: each node's attributes, inputs and expected outputs, under their names in the ONNX operator. The models and tensors are read by the few lines of protobuf below.
"""

import json
import struct
from pathlib import Path

DATA = Path("/usr/share/libonnx-testdata/data/node")
TESTS = [f"test_{node}_{what}" for node in ("simple_rnn", "gru", "lstm") for what in ("defaults", "with_initial_bias", "batchwise")]
TESTS += ["test_rnn_seq_length", "test_gru_seq_length", "test_lstm_with_peepholes"]

NAMES = {
    "RNN": (["X", "W", "R", "B", "sequence_lens", "initial_h"], ["Y", "Y_h"]),
    "GRU": (["X", "W", "R", "B", "sequence_lens", "initial_h"], ["Y", "Y_h"]),
    "LSTM": (["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"], ["Y", "Y_h", "Y_c"]),
}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """The fields of a protobuf message: number -> the values in order."""
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def tensor(path):
    """dims, data_type, raw_data of a TensorProto; the type is float or int32."""
    message = fields(path.read_bytes())
    shape = []
    for dims in message.get(1, []):
        if isinstance(dims, int):
            shape.append(dims)
        else:
            at = 0
            while at < len(dims):
                value, at = varint(dims, at)
                shape.append(value)
    kind = {1: "f", 6: "i"}[message[2][0]]
    raw = b"".join(message[9])
    return {"shape": shape, "values": list(struct.unpack(f"<{len(raw) // 4}{kind}", raw))}


def attribute(data):
    message = fields(data)
    if 3 in message:
        value = message[3][0]
    elif 2 in message:
        value = struct.unpack("<f", message[2][0])[0]
    elif 4 in message:
        value = message[4][0].decode()
    else:
        value = [text.decode() for text in message[9]]
    return message[1][0].decode(), value


def record(test):
    graph = fields(fields((DATA / test / "model.onnx").read_bytes())[7][0])
    (node,) = (fields(data) for data in graph[1])
    operator = node[4][0].decode()
    inputs, outputs = NAMES[operator]
    case = {"operator": operator, "attributes": dict(map(attribute, node.get(5, [])))}
    for kind, names, given in (("input", inputs, node[1]), ("output", outputs, node[2])):
        present = [name for name, text in zip(names, given) if text]
        for index, name in enumerate(present):
            case[name] = tensor(DATA / test / "test_data_set_0" / f"{kind}_{index}.pb")
    return case


def main():
    path = Path(__file__).parent / "onnx-node-tests.json"
    cases = {test: record(test) for test in TESTS}
    source = "numbers of the ONNX project's node tests (Apache-2.0), from the Debian package libonnx-testdata 1.12.0-2, by record_onnx_tests.py"
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in {"source": source, **cases}.items())
    path.write_text(f"{{\n{lines}\n}}\n")
    for name, case in cases.items():
        print(name, case["operator"], case["attributes"], {key: value["shape"] for key, value in case.items() if isinstance(value, dict) and "shape" in value})


if __name__ == "__main__":
    main()
