"""Records what PyTorch's optimizers, schedules and losses compute, and a state_dict of its, for the tests of Optimizers/, Losses/ and Checkpoints/.

    apt-get install python3-torch        # PyTorch 1.13
    python3 record.py                    # writes training.json and pytorch.safetensors beside this file

The tests need no Python: the numbers are committed. Everything is computed in float64; the tests in float use a wider tolerance.

An optimizer minimises sum(curvature * (p - center)^2) / 2 + sum(cos(p)) over 19 numbers, so that its own path decides the gradients.
"""

import json
import struct
from pathlib import Path

import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
SIZE, STEPS = 19, 40
KEPT = (1, 2, 3, 10, STEPS)


def exact(tensor):
    """The nearest numbers that float32 holds, so that a test in float starts from the same ones."""
    return tensor.to(torch.float32).to(torch.float64)


def gradient(p, curvature, center):
    return curvature * (p - center) - torch.sin(p)


def optimizer_case(name, kind, clip_norm=None, clip_value=None, first_decay=None, **arguments):
    start = exact(torch.randn(SIZE))
    curvature = exact(torch.rand(SIZE) * 4 + 0.1)
    center = exact(torch.randn(SIZE))
    # Two tensors, because PyTorch's norm is over all of them together.
    first, second = start[:7].clone().requires_grad_(), start[7:].clone().requires_grad_()
    groups = [first, second] if first_decay is None else [{"params": [first], "weight_decay": first_decay}, {"params": [second]}]
    optimizer = getattr(torch.optim, kind)(groups, **arguments)
    after, norms = {}, []
    for step in range(1, STEPS + 1):
        p = torch.cat([first, second]).detach()
        g = gradient(p, curvature, center)
        first.grad, second.grad = g[:7].clone(), g[7:].clone()
        norms.append(torch.linalg.vector_norm(g).item())
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([first, second], clip_norm)
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_([first, second], clip_value)
        optimizer.step()
        if step == STEPS // 2:
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        if step in KEPT:
            after[str(step)] = torch.cat([first, second]).tolist()
    return {
        "name": name, "kind": kind, "arguments": {k: (list(v) if isinstance(v, tuple) else v) for k, v in arguments.items()},
        "clip_norm": clip_norm, "clip_value": clip_value, "start": start.tolist(), "curvature": curvature.tolist(), "center": center.tolist(),
        "after": after, "norms": [norms[0], norms[-1]],
    }


def schedule_case(name, make):
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.25)
    schedule = make(optimizer)
    rates = []
    for _ in range(15):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {"name": name, "rates": rates}


def cross_entropy_case(name, logits, labels):
    x = exact(logits).requires_grad_()
    loss = torch.nn.functional.cross_entropy(x, torch.tensor(labels))
    loss.backward()
    return {"name": name, "classes": x.shape[1], "logits": x.flatten().tolist(), "labels": labels, "loss": loss.item(), "gradients": x.grad.flatten().tolist()}


def squared_error_case(name, outputs, targets):
    y = exact(outputs).requires_grad_()
    t = exact(targets)
    loss = torch.nn.functional.mse_loss(y, t)
    loss.backward()
    return {"name": name, "outputs": y.flatten().tolist(), "targets": t.flatten().tolist(), "loss": loss.item(), "gradients": y.grad.flatten().tolist()}


def state_dict_case(path):
    """Writes the state_dict of a small module as the safetensors package does: tensors by name, a header padded with spaces."""
    torch.manual_seed(21)
    module = torch.nn.Module()
    module.lstm = torch.nn.LSTM(3, 5)
    module.linear = torch.nn.Linear(5, 2)
    module.embedding = torch.nn.Embedding(7, 6)
    tensors = {name: tensor.to(torch.float32) for name, tensor in sorted(module.state_dict().items())}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in tensors.items():
        size = 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(tensor.numpy().tobytes() for tensor in tensors.values()))
    return [{"name": name, "numbers": tensor.flatten().tolist()} for name, tensor in tensors.items()]


schedules = torch.optim.lr_scheduler
result = {
    "optimizers": [
        optimizer_case("sgd", "SGD", lr=0.05),
        optimizer_case("sgd weight decay", "SGD", lr=0.05, weight_decay=0.3),
        optimizer_case("sgd momentum", "SGD", lr=0.02, momentum=0.9),
        optimizer_case("sgd momentum weight decay", "SGD", lr=0.02, momentum=0.8, weight_decay=0.1),
        optimizer_case("sgd nesterov", "SGD", lr=0.02, momentum=0.9, nesterov=True),
        optimizer_case("sgd nesterov weight decay", "SGD", lr=0.02, momentum=0.7, nesterov=True, weight_decay=0.2),
        optimizer_case("adam", "Adam", lr=0.03),
        optimizer_case("adam weight decay", "Adam", lr=0.03, weight_decay=0.2),
        optimizer_case("adam betas", "Adam", lr=0.03, betas=(0.7, 0.95), eps=1e-3),
        optimizer_case("adamw", "AdamW", lr=0.03),
        optimizer_case("adamw weight decay", "AdamW", lr=0.03, weight_decay=0.5, betas=(0.8, 0.99)),
        optimizer_case("sgd clip norm", "SGD", lr=0.05, momentum=0.9, clip_norm=1.5),
        optimizer_case("adamw clip norm", "AdamW", lr=0.03, clip_norm=0.5),
        optimizer_case("sgd clip value", "SGD", lr=0.05, clip_value=0.4),
        optimizer_case("adam clip norm and value", "Adam", lr=0.03, clip_norm=2.0, clip_value=0.6),
    ],
    "schedules": [
        schedule_case("step", lambda o: schedules.StepLR(o, step_size=4, gamma=0.3)),
        schedule_case("cosine", lambda o: schedules.CosineAnnealingLR(o, T_max=14, eta_min=0.01)),
        schedule_case("warm-up", lambda o: schedules.LinearLR(o, start_factor=0.2, end_factor=1.0, total_iters=5)),
        schedule_case("warm-up then cosine", lambda o: schedules.SequentialLR(
            o, [schedules.LinearLR(o, start_factor=0.25, end_factor=1.0, total_iters=4), schedules.CosineAnnealingLR(o, T_max=10)], milestones=[4])),
    ],
    "cross_entropy": [
        cross_entropy_case("few classes", torch.randn(6, 5) * 2, [0, 4, 2, 2, 1, 3]),
        cross_entropy_case("one class", torch.randn(3, 1), [0, 0, 0]),
        cross_entropy_case("many classes", torch.randn(2, 300) * 3, [299, 17]),
        cross_entropy_case("large logits", torch.tensor([[1000.0, 0.0, -1000.0], [-80.0, 90.0, 88.5], [3e4, -3e4, 3e4]]), [1, 2, 2]),
    ],
    "squared_error": [
        squared_error_case("numbers", torch.randn(13), torch.randn(13)),
        squared_error_case("large numbers", torch.randn(4) * 1e6, torch.randn(4) * 1e6),
    ],
    # The first seven numbers are a bias that does not decay.
    "parameter_groups": [
        optimizer_case("adamw groups", "AdamW", lr=0.03, weight_decay=0.4, first_decay=0.0),
        optimizer_case("adam groups", "Adam", lr=0.03, weight_decay=0.2, first_decay=0.0),
        optimizer_case("sgd groups", "SGD", lr=0.02, momentum=0.8, weight_decay=0.1, first_decay=0.0),
        optimizer_case("adamw groups clip norm", "AdamW", lr=0.03, weight_decay=0.4, clip_norm=0.5, first_decay=0.0),
    ],
    "state_dict": state_dict_case(Path(__file__).with_name("pytorch.safetensors")),
}
text = json.dumps(result, indent=None, separators=(",", ":"))
text = text.replace('{"name"', '\n{"name"')
Path(__file__).with_name("training.json").write_text(text + "\n")
