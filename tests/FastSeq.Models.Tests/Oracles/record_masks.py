"""Records what PyTorch computes for models that drop and zone out, with the masks that FastSeq draws.

    python3 record_masks.py [CASE...]    # writes vectors/*_masks.f64.safetensors; see record.py

A mask of FastSeq is a function of (seed, number of the mask in the model, iteration, element), so it can be drawn here too, by a generator written from its paper: nothing is taken from the
code under test but the places of recurrent weights in the flat buffer, which the elements of a weight drop are counted by. The formulas are written out, and PyTorch differentiates them. Recorded
are the outputs of a training step and of a prediction, the loss, and every gradient.
"""

import sys
from pathlib import Path

import numpy
import torch

from record import integers, numbers, write

SEED, ITERATION, LENGTHS, BOUND = 0x123456789ABCDEF0, 5, [7, 1, 12, 5], 0.5


# The generator: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011).

def philox(counter, key):
    """The four words of each block: counter is four arrays of words, key two words."""
    c = [numpy.asarray(word, dtype=numpy.uint64) for word in counter]
    k = [numpy.uint64(word) for word in key]
    low, half = numpy.uint64(0xFFFFFFFF), numpy.uint64(32)
    for _ in range(10):
        first, second = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        c = [(second >> half) ^ c[1] ^ k[0], second & low, (first >> half) ^ c[3] ^ k[1], first & low]
        k = [(k[0] + numpy.uint64(0x9E3779B9)) & low, (k[1] + numpy.uint64(0xBB67AE85)) & low]
    return c


# The known answers of the authors' library (kat_vectors).
assert [int(word) for word in philox([0, 0, 0, 0], [0, 0])] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert [int(word) for word in philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0])] == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def dropped(elements, probability, number, time_step=0):
    """Whether each element of mask `number` is dropped: groups of 32 elements are the words of eight blocks, the first words first."""
    elements = numpy.asarray(elements, dtype=numpy.uint64)
    step = ITERATION ^ (time_step << 40)
    group, place = elements // numpy.uint64(32), elements % numpy.uint64(32)
    words = philox([group * numpy.uint64(8) + place % numpy.uint64(8), number, step & 0xFFFFFFFF, step >> 32], [SEED & 0xFFFFFFFF, SEED >> 32])
    word = numpy.choose((place // numpy.uint64(8)).astype(int), numpy.broadcast_arrays(*words, elements)[:4])
    return torch.from_numpy(word < numpy.uint64(float(numpy.float32(probability)) * 2**32))


class Masks:
    """The masks of a model, numbered in the order in which it draws them. Outside training all factors are 1 and zoneout is its expectation."""

    def __init__(self, training):
        self.training, self.plain, self.other = training, 0, 1 << 16

    def factors(self, elements, probability, number):
        if not self.training:
            return torch.ones(numpy.shape(elements), dtype=torch.float64)
        return (~dropped(elements, probability, number)).double() / (1 - float(numpy.float32(probability)))

    def next(self):
        self.other += 1
        return self.other - 1

    def tokens(self, vocabulary, probability):
        """A factor for each token."""
        return self.factors(numpy.arange(vocabulary), probability, self.next())

    def sequences(self, size, probability):
        """A factor for each number of a row, for each sequence: [B, size]."""
        return self.factors(numpy.arange(len(LENGTHS) * size).reshape(-1, size), probability, self.next())

    def weights(self, places, probability):
        """A factor for each weight, by its place in the flat buffer."""
        return self.factors(places, probability, self.next())

    def steps(self, size, probability):
        """The share of the previous value in each unit: [T, B, size]."""
        number, elements = self.next(), numpy.arange(len(LENGTHS) * size).reshape(-1, size)
        if not self.training:
            return torch.full((max(LENGTHS), len(LENGTHS), size), float(numpy.float32(probability)), dtype=torch.float64)
        return torch.stack([dropped(elements, probability, number, t) for t in range(max(LENGTHS))]).double()

    def rows(self, size, probability):
        """A factor for each number of all rows, which lie time step by time step, the longest sequence first: a [T, size] for each sequence."""
        order = sorted(range(len(LENGTHS)), key=lambda b: -LENGTHS[b])
        row_of = {place: row for row, place in enumerate((b, t) for t in range(max(LENGTHS)) for b in order if LENGTHS[b] > t)}
        elements = [[[row_of[b, t] * size + j for j in range(size)] for t in range(n)] for b, n in enumerate(LENGTHS)]
        self.plain += 1
        return [self.factors(numpy.array(each), probability, self.plain - 1) for each in elements]


def places(gates, units, columns, lanes=8):
    """The places of the weights [gates * units, columns] in the flat buffer: panels of `lanes` units, then one of those left over. A gate is (start of its region, gates in it, which it is)."""
    rows = []
    for start, together, position in gates:
        for unit in range(units):
            panel, lane = divmod(unit, lanes)
            width = min(lanes, units - panel * lanes)
            rows.append([start + panel * columns * together * lanes + (k * together + position) * width + lane for k in range(columns)])
    return numpy.array(rows)


# The layers.

class Layer:
    """One cell over the time steps of each sequence. A subclass has the formulas of one step from the sums' parts."""

    def __init__(self, parameters, name, suffix, gates, masks, size, units, recurrent, weight_drop, zoneout, inputs=0, cell_zoneout=0):
        self.units = units
        self.w_ih, self.w_hh, self.b_ih, self.b_hh = (parameters[f"{name}.{part}_{suffix}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        self.input_factors = masks.sequences(size, inputs) if inputs else torch.ones(len(LENGTHS), size, dtype=torch.float64)
        self.hidden_factors = masks.sequences(units, recurrent)
        self.w_hh = self.w_hh * masks.weights(places(gates, units, units), weight_drop)
        self.keeps_h = masks.steps(units, zoneout)
        self.keeps_c = masks.steps(units, cell_zoneout) if cell_zoneout else None

    def __call__(self, sequences):
        return [self.sequence(b, x) for b, x in enumerate(sequences)]

    def sequence(self, b, x):
        h, c, rows = torch.zeros(self.units, dtype=torch.float64), torch.zeros(self.units, dtype=torch.float64), []
        for t, x_t in enumerate(x):
            h_new, c_new = self.step(self.w_ih @ (x_t * self.input_factors[b]) + self.b_ih, h, c, self.hidden_factors[b])
            h = self.keeps_h[t, b] * h + (1 - self.keeps_h[t, b]) * h_new
            if self.keeps_c is not None:
                c = self.keeps_c[t, b] * c + (1 - self.keeps_c[t, b]) * c_new
            rows.append(h)
        return torch.stack(rows)


class Lstm(Layer):
    def step(self, sums, h, c, factors):
        i, f, g, o = (sums + self.w_hh @ (h * factors) + self.b_hh).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class GruAfter(Layer):
    def step(self, sums, h, c, factors):
        x_r, x_z, x_n = sums.chunk(3)
        h_r, h_z, h_n = (self.w_hh @ (h * factors) + self.b_hh).chunk(3)
        z, n = torch.sigmoid(x_z + h_z), torch.tanh(x_n + torch.sigmoid(x_r + h_r) * h_n)
        return (1 - z) * n + z * h, c


class GruBefore(Layer):
    def step(self, sums, h, c, factors):
        x_r, x_z, x_n = sums.chunk(3)
        u_r, u_z, u_n = self.w_hh.chunk(3)
        c_r, c_z, c_n = self.b_hh.chunk(3)
        r, z = torch.sigmoid(x_r + u_r @ (h * factors) + c_r), torch.sigmoid(x_z + u_z @ (h * factors) + c_z)
        n = torch.tanh(x_n + u_n @ (r * h * factors) + c_n)
        return (1 - z) * n + z * h, c


# The cases: shapes of parameters, and outputs. The numbers are those of the models in RecordedModels.cs.

def recurrent_shapes(name, suffix, size, gates, units):
    return {
        f"{name}.weight_ih_{suffix}": (gates * units, size), f"{name}.weight_hh_{suffix}": (gates * units, units),
        f"{name}.bias_ih_{suffix}": (gates * units,), f"{name}.bias_hh_{suffix}": (gates * units,),
    }


def linear(p, rows):
    return rows @ p["linear.weight"].T + p["linear.bias"]


def lstm_masks(p, sequences, masks):
    table = p["embedding.weight"] * masks.tokens(11, 0.25)[:, None]
    between = masks.sequences(6, 0.25)
    cell = Lstm(p, "lstm", "l0", GATES["lstm_masks"]["lstm.weight_hh_l0"], masks, 6, 9, inputs=0.2, recurrent=0.3, weight_drop=0.4, zoneout=0.15, cell_zoneout=0.35)
    y = cell([table[tokens] * between[b] for b, tokens in enumerate(sequences)])
    return linear(p, torch.cat([rows * factors for rows, factors in zip(y, masks.rows(9, 0.5))]))


def gru_masks(p, sequences, masks):
    for layer, size in ((0, 5), (1, 18)):
        cells = [
            GruAfter(p, "gru", suffix, GATES["gru_masks"][f"gru.weight_hh_{suffix}"], masks, size, 9, inputs=0.2, recurrent=0.3, weight_drop=0.4, zoneout=0.15)
            for suffix in (f"l{layer}", f"l{layer}_reverse")]
        backwards = [y.flip(0) for y in cells[1]([x.flip(0) for x in sequences])]
        sequences = [torch.cat([f, r], 1) for f, r in zip(cells[0](sequences), backwards)]
        if layer == 0:
            sequences = [rows * factors for rows, factors in zip(sequences, masks.rows(18, 0.1))]
    below = masks.sequences(18, 0.25)
    return linear(p, torch.stack([rows[-1] * below[b] for b, rows in enumerate(sequences)]))


def gru_before_masks(p, sequences, masks):
    cell = GruBefore(p, "gru", "l0", GATES["gru_before_masks"]["gru.weight_hh_l0"], masks, 5, 9, recurrent=0.3, weight_drop=0.4, zoneout=0.15)
    return linear(p, torch.cat(cell(sequences)))


GATES = {
    # The places of recurrent weights: gates of (start of the region, gates in it, which of them it is). The test compares them with those of the model.
    "lstm_masks": {"lstm.weight_hh_l0": [(288, 4, gate) for gate in range(4)]},
    "gru_masks": {
        f"gru.weight_hh_{suffix}": [(start, 3, gate) for gate in range(3)]
        for suffix, start in (("l0", 136), ("l0_reverse", 584), ("l1", 1384), ("l1_reverse", 2184))},
    "gru_before_masks": {"gru.weight_hh_l0": [(136, 2, 0), (136, 2, 1), (304, 1, 0)]},
}

CASES = {
    # name: (outputs, shapes of the parameters, the vocabulary or 0, rows of targets)
    "lstm_masks": (
        lstm_masks, {"embedding.weight": (11, 6), **recurrent_shapes("lstm", "l0", 6, 4, 9), "linear.weight": (3, 9), "linear.bias": (3,)}, 11, sum(LENGTHS)),
    "gru_masks": (
        gru_masks,
        {
            **{name: shape for layer, size in ((0, 5), (1, 18)) for suffix in (f"l{layer}", f"l{layer}_reverse") for name, shape in recurrent_shapes("gru", suffix, size, 3, 9).items()},
            "linear.weight": (2, 18), "linear.bias": (2,)},
        0, len(LENGTHS)),
    "gru_before_masks": (gru_before_masks, {**recurrent_shapes("gru", "l0", 5, 3, 9), "linear.weight": (2, 9), "linear.bias": (2,)}, 0, sum(LENGTHS)),
}


def record(case):
    outputs_of, shapes, vocabulary, rows = CASES[case]
    parameters = {name: numbers(f"{case}.{name}", shape, BOUND).requires_grad_() for name, shape in shapes.items()}
    outputs = parameters["linear.bias"].shape[0]
    if vocabulary:
        x = integers(f"{case}.inputs", sum(LENGTHS), vocabulary)
        labels = integers(f"{case}.targets", rows, outputs)
        loss_of = lambda y: torch.nn.functional.cross_entropy(y, labels)
    else:
        x = numbers(f"{case}.inputs", (sum(LENGTHS), 5), 1.0)
        targets = numbers(f"{case}.targets", (rows, outputs), 1.0)
        loss_of = lambda y: torch.nn.functional.mse_loss(y, targets)
    sequences = list(x.split(LENGTHS))

    y = outputs_of(parameters, sequences, Masks(training=True))
    loss = loss_of(y)
    loss.backward()
    tensors = {"outputs": y, "loss": loss.reshape(1), "predicted": outputs_of(parameters, sequences, Masks(training=False))}
    for name, parameter in parameters.items():
        gradient = parameter.grad
        tensors[f"norm.{name}"] = gradient.norm().reshape(1)
        tensors[f"gradient.{name}"] = gradient[x.unique()] if name == "embedding.weight" else gradient
    return tensors, {
        "pytorch": torch.__version__, "case": case, "lengths": " ".join(map(str, LENGTHS)), "weight_bound": str(BOUND), "seed": str(SEED), "iteration": str(ITERATION),
        **{f"place.{name}": ", ".join(" ".join(map(str, gate)) for gate in gates) for name, gates in GATES[case].items()},
    }


def main():
    for case in sys.argv[1:] or CASES:
        path = Path(__file__).parent / "vectors" / f"{case}.f64.safetensors"
        tensors, metadata = record(case)
        write(path, tensors, metadata)
        print(f"{path.name}: {path.stat().st_size:,} bytes, loss {tensors['loss'].item():.9g}")


if __name__ == "__main__":
    main()
