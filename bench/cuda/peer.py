#!/usr/bin/env python3
"""PyTorch's nn.LSTM and nn.GRU (cuDNN on a GPU) in the shapes of fastseq-cuda-bench: a JSON object for each workload, mode and precision.

Data stay on the device from step to step, which is the best case for PyTorch: nothing goes over the bus.
"""
import argparse
import contextlib
import json
import statistics
import sys
import time

FEATURES, LAYERS = 64, 2
WORKLOADS = [("lstm", 64, 128, 256), ("lstm", 256, 128, 512), ("lstm", 512, 256, 1024), ("gru", 256, 128, 512)]
PRECISIONS = ["float32", "tf32", "bf16"]
MODES = ["training", "inference"]


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--only", default="", help="workloads whose names have the text")
    parser.add_argument("--precision", choices=PRECISIONS, help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--json", help="where to add the rows")
    parser.add_argument("--tiny", action="store_true", help="two sequences of three time steps, one step")
    options = parser.parse_args(arguments)
    if options.tiny:
        options.steps = options.warm_up = 1
    if min(options.rounds, options.steps, options.warm_up) < 1:
        parser.error("--rounds, --steps and --warm-up must be 1 or more")
    return options


def make_step(torch, device, cell, batch, time_steps, hidden, mode, precision):
    """The work of a step, as a function."""
    torch.manual_seed(1)
    layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](FEATURES, hidden, LAYERS, batch_first=True).to(device)
    inputs = torch.rand(batch, time_steps, FEATURES, device=device) * 2 - 1
    targets = torch.rand(batch, hidden, device=device) * 2 - 1
    is_narrow = precision == "bf16"

    def narrow():
        return torch.autocast(device, dtype=torch.bfloat16) if is_narrow else contextlib.nullcontext()

    if mode == "inference":
        layer.eval()

        def infer():
            with torch.no_grad(), narrow():
                return layer(inputs)[0][:, -1]

        return infer

    fused = {"fused": True} if device == "cuda" else {}
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-4, **fused)

    def train():
        optimizer.zero_grad(set_to_none=True)
        with narrow():
            outputs = layer(inputs)[0][:, -1]
        loss = torch.nn.functional.mse_loss(outputs.float(), targets)
        loss.backward()
        optimizer.step()
        return loss

    return train


def measure(torch, device, step, warm_up, steps):
    """The milliseconds of a step."""
    for _ in range(warm_up):
        step()
    if device == "cuda":
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize()
        begin.record()
        for _ in range(steps):
            step()
        end.record()
        torch.cuda.synchronize()
        return begin.elapsed_time(end) / steps
    started = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - started) * 1000 / steps


def set_precision(torch, precision):
    """cuBLAS and cuDNN round factors to TensorFloat-32 in no other case."""
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"


def row_of(cell, batch, time_steps, hidden, mode, precision):
    return {
        "side": "pytorch", "workload": f"{cell}-{batch}x{time_steps}x{hidden}", "mode": mode, "precision": precision, "cell": cell,
        "layers": LAYERS, "batch": batch, "timeSteps": time_steps, "features": FEATURES, "hidden": hidden,
    }


def run(torch, options):
    """The rows of all workloads."""
    for cell, batch, time_steps, hidden in WORKLOADS:
        for precision in [options.precision] if options.precision else PRECISIONS:
            for mode in MODES:
                row = row_of(cell, batch, time_steps, hidden, mode, precision)
                if options.only not in row["workload"]:
                    continue
                set_precision(torch, precision)
                size = (2, 3) if options.tiny else (batch, time_steps)
                row["batch"], row["timeSteps"] = size
                try:
                    step = make_step(torch, options.device, cell, *size, hidden, mode, precision)
                    row["milliseconds"] = [measure(torch, options.device, step, options.warm_up, options.steps) for _ in range(options.rounds)]
                except RuntimeError as error:  # out of memory, or what this PyTorch does not do on this device
                    row["error"] = str(error).split("\n")[0]
                yield row


def machine(torch, device):
    facts = {"PyTorch": torch.__version__, "peer": device}
    if device == "cuda":
        facts.update({"CUDA of PyTorch": str(torch.version.cuda), "cuDNN": str(torch.backends.cudnn.version()), "peer's device": torch.cuda.get_device_name()})
    return {"side": "machine", "machine": facts}


def main():
    options = parse()
    try:
        import torch
    except ImportError:
        sys.exit("There is no PyTorch for this Python: pip install torch.")
    if options.device == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU; --device cpu shows that this program runs.")
    rows = [machine(torch, options.device)]
    for row in run(torch, options):
        rows.append(row)
        milliseconds = row.get("milliseconds")
        print(row["workload"], row["mode"], row["precision"], f"{statistics.median(milliseconds):.3f} ms" if milliseconds else row["error"], flush=True)
    if len(rows) == 1:
        sys.exit(f"No workload has '{options.only}' in its name.")
    if options.json:
        with open(options.json, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    sys.exit(any("error" in row for row in rows))


if __name__ == "__main__":
    main()
