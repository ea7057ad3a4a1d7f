"""Records what PyTorch computes for the seed models, for the tests in this folder to compare with.

    apt-get install python3-torch        # PyTorch 1.13
    python3 record.py [CASE...]          # writes vectors/*.safetensors beside this file, of the cases named or of all

The tests need no Python: the vectors are committed. Inputs, targets and weights are not recorded. They come from `numbers` and `integers`, a
hash of (name, index) that VectorNumbers.cs repeats bit for bit, in numbers that float32 holds exactly. Recorded are outputs, final
states, the loss, every gradient, and the losses of short training runs. Of a tensor of more than 4,096 elements every `stride`-th gradient is recorded
(of an embedding: the rows of the tokens that occur), with the norm of all.

A vector file is a safetensors file: 8 bytes of header length, a JSON header, then the values. Its metadata say how the case was made.
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

torch.set_num_threads(1)


# The generator: splitmix64 of fnv1a(name) and the index.

def hashes(name, count):
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 % 2**64
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def numbers(name, shape, scale):
    """Numbers in [-scale, scale), scale a power of two: 24 bits, so exact in float32 and float64 alike."""
    bits = (hashes(name, int(numpy.prod(shape))) >> numpy.uint64(40)).astype(numpy.float64)
    return torch.from_numpy(((bits / 2.0**24 - 0.5) * 2.0 * scale).reshape(shape))


def integers(name, count, below):
    return torch.from_numpy((hashes(name, count) % numpy.uint64(below)).astype(numpy.int64))


# The models.

class GruBefore(nn.Module):
    """The GRU whose reset gate applies before the product, which PyTorch does not have. Takes and gives packed sequences, as nn.GRU."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.bidirectional = False
        self.weight_ih_l0 = nn.Parameter(torch.empty(3 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(3 * hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(3 * hidden_size))
        self.bias_hh_l0 = nn.Parameter(torch.empty(3 * hidden_size))

    def sequence(self, x):
        w_r, w_z, w_n = self.weight_ih_l0.chunk(3)
        u_r, u_z, u_n = self.weight_hh_l0.chunk(3)
        b_r, b_z, b_n = self.bias_ih_l0.chunk(3)
        c_r, c_z, c_n = self.bias_hh_l0.chunk(3)
        h = x.new_zeros(self.hidden_size)
        for x_t in x:
            r = torch.sigmoid(w_r @ x_t + b_r + u_r @ h + c_r)
            z = torch.sigmoid(w_z @ x_t + b_z + u_z @ h + c_z)
            n = torch.tanh(w_n @ x_t + b_n + u_n @ (r * h) + c_n)
            h = (1 - z) * n + z * h
            yield h

    def forward(self, packed):
        padded, lengths = pad_packed_sequence(packed, batch_first=True)
        outputs = [torch.stack(list(self.sequence(x[:n]))) for x, n in zip(padded, lengths)]
        return pack_sequence(outputs, enforce_sorted=False), torch.stack([y[-1] for y in outputs]).unsqueeze(0)


class LstmVariant(nn.Module):
    """The LSTM with options that PyTorch does not have. Takes and gives packed sequences, as nn.LSTM."""

    def __init__(self, input_size, hidden_size, coupled=False, cell_clip=math.inf, input_clip=math.inf,
                 gate=torch.sigmoid, cell=torch.tanh, output=torch.tanh, peepholes=False):
        super().__init__()
        self.hidden_size = hidden_size
        self.coupled, self.cell_clip, self.input_clip, self.peepholes = coupled, cell_clip, input_clip, peepholes
        self.gate, self.cell, self.output = gate, cell, output
        rows = (3 if coupled else 4) * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(rows))
        self.bias_hh_l0 = nn.Parameter(torch.empty(rows))
        if peepholes:
            self.weight_ci_l0 = nn.Parameter(torch.empty(hidden_size))
            if not coupled:
                self.weight_cf_l0 = nn.Parameter(torch.empty(hidden_size))
            self.weight_co_l0 = nn.Parameter(torch.empty(hidden_size))

    def sequence(self, x):
        h, c = x.new_zeros(self.hidden_size), x.new_zeros(self.hidden_size)
        held = lambda z: z.clamp(-self.input_clip, self.input_clip)
        for x_t in x:
            sums = (self.weight_ih_l0 @ x_t + self.bias_ih_l0 + self.weight_hh_l0 @ h + self.bias_hh_l0).chunk(3 if self.coupled else 4)
            z_i, z_g, z_o = sums[0], sums[-2], sums[-1]
            if self.peepholes:
                z_i = z_i + self.weight_ci_l0 * c
            i, g = self.gate(held(z_i)), self.cell(held(z_g))
            if self.coupled:
                f = 1 - i
            else:
                z_f = sums[1] + self.weight_cf_l0 * c if self.peepholes else sums[1]
                f = self.gate(held(z_f))
            c = (f * c + i * g).clamp(-self.cell_clip, self.cell_clip)
            if self.peepholes:
                z_o = z_o + self.weight_co_l0 * c
            h = self.gate(held(z_o)) * self.output(c)
            yield h, c

    def forward(self, packed):
        padded, lengths = pad_packed_sequence(packed, batch_first=True)
        states = [list(self.sequence(x[:n])) for x, n in zip(padded, lengths)]
        final = [torch.stack([steps[-1][k] for steps in states]).unsqueeze(0) for k in (0, 1)]
        return pack_sequence([torch.stack([h for h, _ in steps]) for steps in states], enforce_sorted=False), tuple(final)


class LstmNormalized(LstmVariant):
    """The layer-normalised LSTM (Ba, Kiros and Hinton 2016): parameters as in PyTorch's benchmarks/fastrnns, whose LayerNormLSTMCell also carries the normalised c on to the next step."""

    def __init__(self, input_size, hidden_size):
        nn.Module.__init__(self)
        self.hidden_size = hidden_size
        self.bidirectional = False
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.layernorm_i_l0 = nn.LayerNorm(4 * hidden_size)
        self.layernorm_h_l0 = nn.LayerNorm(4 * hidden_size)
        self.layernorm_c_l0 = nn.LayerNorm(hidden_size)

    def sequence(self, x):
        h, c = x.new_zeros(self.hidden_size), x.new_zeros(self.hidden_size)
        for x_t in x:
            i, f, g, o = (self.layernorm_i_l0(self.weight_ih_l0 @ x_t) + self.layernorm_h_l0(self.weight_hh_l0 @ h)).chunk(4)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(self.layernorm_c_l0(c))
            yield h, c


class GruNormalized(GruBefore):
    """The layer-normalised GRU (Ba, Kiros and Hinton 2016), with PyTorch's sense of z: r and z are normalised together, n apart."""

    def __init__(self, input_size, hidden_size):
        nn.Module.__init__(self)
        self.hidden_size = hidden_size
        self.bidirectional = False
        self.weight_ih_l0 = nn.Parameter(torch.empty(3 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(3 * hidden_size, hidden_size))
        self.layernorm_i_l0 = nn.LayerNorm(3 * hidden_size)     # holds weights and biases; see normalise
        self.layernorm_h_l0 = nn.LayerNorm(3 * hidden_size)

    def normalise(self, norm, sums):
        n = 2 * self.hidden_size
        parts = ((sums[:n], norm.weight[:n], norm.bias[:n]), (sums[n:], norm.weight[n:], norm.bias[n:]))
        return torch.cat([nn.functional.layer_norm(part, part.shape, weight, bias, norm.eps) for part, weight, bias in parts]).chunk(3)

    def sequence(self, x):
        h = x.new_zeros(self.hidden_size)
        for x_t in x:
            x_r, x_z, x_n = self.normalise(self.layernorm_i_l0, self.weight_ih_l0 @ x_t)
            h_r, h_z, h_n = self.normalise(self.layernorm_h_l0, self.weight_hh_l0 @ h)
            z, n = torch.sigmoid(x_z + h_z), torch.tanh(x_n + torch.sigmoid(x_r + h_r) * h_n)
            h = (1 - z) * n + z * h
            yield h


class Model(nn.Module):
    def __init__(self, recurrent, embedding=None, linear=None, last_step=False):
        super().__init__()
        self.embedding = embedding
        kind = {nn.RNN: "rnn", nn.LSTM: "lstm", nn.GRU: "gru", GruBefore: "gru", LstmVariant: "lstm", LstmNormalized: "lstm", GruNormalized: "gru", Learned: "lstm"}[type(recurrent)]
        setattr(self, kind, recurrent)
        self.recurrent = [recurrent]    # in a list: not registered a second time
        self.linear = linear
        self.last_step = last_step

    def forward(self, sequences):
        """The rows of outputs of all sequences, one sequence after the other, and the final states."""
        if self.embedding is not None:
            sequences = [self.embedding(tokens) for tokens in sequences]
        packed, state = self.recurrent[0](pack_sequence(sequences, enforce_sorted=False))
        padded, lengths = pad_packed_sequence(packed, batch_first=True)
        rows = torch.cat([y[n - 1:n] if self.last_step else y[:n] for y, n in zip(padded, lengths)])
        return rows if self.linear is None else self.linear(rows), state


class Chain(nn.Module):
    """Layers one after the other, each sequence alone and without padding; a pooling is a function of the rows of a sequence."""

    def __init__(self, inputs, *layers):
        super().__init__()
        self.inputs = inputs
        self.embedding = None
        self.last_step = True
        self.layers = [layer for _, layer in layers]
        for name, layer in layers:
            if isinstance(layer, nn.Module):
                setattr(self, name, layer)
        self.recurrent = [layer for layer in self.layers if isinstance(layer, nn.RNNBase)]
        self.linear = self.layers[-1]

    def sequence(self, x):
        state = None
        for layer in self.layers:
            if isinstance(layer, nn.RNNBase):
                x, state = layer(x)
            elif isinstance(layer, nn.Conv1d) and not isinstance(layer, Convolution):
                # Causal: zeros before the first time step.
                padding = (layer.kernel_size[0] - 1) * layer.dilation[0]
                x = layer(nn.functional.pad(x.T, (padding, 0)).unsqueeze(0)).squeeze(0).T
            else:
                x = layer(x)
        return x, state

    def forward(self, sequences):
        outputs, states = zip(*(self.sequence(x) for x in sequences))
        if isinstance(states[0], tuple):
            return torch.cat(outputs), tuple(torch.stack(parts, 1) for parts in zip(*states))
        return torch.cat(outputs), torch.stack(states, 1)


class Convolution(nn.Conv1d):
    """A convolution with PyTorch's own stride and padding; a sequence that is too short for a window has no outputs."""

    def forward(self, x):
        padded = len(x) + (2 * self.padding[0] if isinstance(self.padding, tuple) else self.kernel_size[0])
        if len(x) == 0 or padded < (self.kernel_size[0] - 1) * self.dilation[0] + 1:
            return x.new_zeros(0, self.out_channels)
        return super().forward(x.T.unsqueeze(0)).squeeze(0).T


class Strides(Chain):
    """As many rows of outputs as its convolutions leave."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.last_step = False


class AttentionPooling(nn.Linear):
    """One learned query: the scores are those of a linear layer without bias."""

    def __init__(self, size):
        super().__init__(size, 1, bias=False)

    def forward(self, x):
        return torch.softmax(super().forward(x), 0).T @ x


class Columns(nn.Module):
    """Embeddings of features 2 and 0 of four: the others first, then the embeddings in the order in which they are declared."""

    def __init__(self):
        super().__init__()
        self.inputs, self.columns = 4, {2: 9, 0: 4}
        self.embedding1, self.embedding2 = nn.Embedding(9, 5), nn.Embedding(4, 3)
        self.gru, self.linear = nn.GRU(10, 7), nn.Linear(7, 2)
        self.embedding, self.last_step, self.recurrent = None, False, [self.gru]

    def sequence(self, x):
        rows = [x[:, 1:2], x[:, 3:4], self.embedding1(x[:, 2].long()), self.embedding2(x[:, 0].long())]
        return self.gru(torch.cat(rows, -1))

    def forward(self, sequences):
        outputs, states = zip(*(self.sequence(x) for x in sequences))
        return self.linear(torch.cat(outputs)), torch.stack(states, 1)


class Residuals(nn.Module):
    """Residual connections as in GNMT, and skip connections with nn.Linear where sizes differ."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 7, 2)
        self.residual1 = nn.Linear(5, 7, bias=False)
        self.linear1, self.linear2 = nn.Linear(7, 7), nn.Linear(12, 9)
        self.skip2 = nn.Linear(7, 9, bias=False)
        self.layernorm = nn.LayerNorm(9)
        self.skip3 = nn.Linear(5, 9, bias=False)
        self.embedding, self.last_step = None, False
        self.recurrent, self.linear = [self.lstm], self.linear2

    def cell(self, layer, x):
        weights = [getattr(self.lstm, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        zero = x.new_zeros(1, 1, 7)
        y, h, c = torch._VF.lstm(x.unsqueeze(1), (zero, zero), weights, True, 1, 0.0, False, False, False)
        return y.squeeze(1), h.squeeze(1), c.squeeze(1)

    def sequence(self, x):
        y0, h0, c0 = self.cell(0, x)
        x1 = y0 + self.residual1(x)
        y1, h1, c1 = self.cell(1, x1)
        lstm = y1 + x1
        y = torch.relu(self.linear1(lstm)) + lstm
        y = self.linear2(torch.cat([y, x], -1)) + self.skip2(lstm)
        y = self.layernorm(y) * self.skip3(x)
        return y, torch.stack([h0, h1]), torch.stack([c0, c1])

    def forward(self, sequences):
        outputs, h, c = zip(*(self.sequence(x) for x in sequences))
        return torch.cat(outputs), (torch.cat(h, 1), torch.cat(c, 1))


class Tied(nn.Module):
    """One table for the embedding and the output layer, as in PyTorch's example word_language_model; a frozen layer between."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(13, 6)
        self.gru, self.linear1, self.linear2 = nn.GRU(6, 9), nn.Linear(9, 6), nn.Linear(6, 13)
        self.linear2.weight = self.table.weight
        self.gru.requires_grad_(False)
        self.embedding, self.last_step, self.recurrent, self.linear = self.table, False, [self.gru], self.linear2

    def forward(self, sequences):
        outputs, states = zip(*(self.gru(self.table(x)) for x in sequences))
        return self.linear2(torch.tanh(self.linear1(torch.cat(outputs)))), torch.stack(states, 1)


class Learned(nn.LSTM):
    """An LSTM whose initial states are parameters."""

    def __init__(self, input_size, hidden_size, layers):
        super().__init__(input_size, hidden_size, layers)
        for layer in range(layers):
            setattr(self, f"h_0_l{layer}", nn.Parameter(torch.empty(hidden_size)))
            setattr(self, f"c_0_l{layer}", nn.Parameter(torch.empty(hidden_size)))

    def forward(self, packed):
        initial = [torch.stack([getattr(self, f"{kind}_0_l{layer}") for layer in range(self.num_layers)]) for kind in "hc"]
        batch = int(packed.batch_sizes[0])
        return super().forward(packed, tuple(state.unsqueeze(1).expand(-1, batch, -1).contiguous() for state in initial))


class Merges(nn.Module):
    """Both directions merged by sum, mean and product, a layer that reads backwards, and the mean with projected rows of the input."""

    def __init__(self):
        super().__init__()
        self.gru1, self.rnn = nn.GRU(5, 4, bidirectional=True), nn.RNN(4, 4, bidirectional=True)
        self.lstm, self.gru2 = nn.LSTM(4, 4, bidirectional=True), nn.GRU(4, 4)
        self.skip = nn.Linear(5, 4, bias=False)
        self.linear = nn.Linear(4, 3)
        self.embedding, self.last_step, self.recurrent = None, False, [self.gru1]

    def sequence(self, x):
        y, h1 = self.gru1(x)
        y, h2 = self.rnn(y[:, :4] + y[:, 4:])
        y, (h3, c3) = self.lstm((y[:, :4] + y[:, 4:]) / 2)
        y, h4 = self.gru2((y[:, :4] * y[:, 4:]).flip(0))
        return (y.flip(0) + self.skip(x)) / 2, torch.cat([h1, h2, h3, h4]), c3

    def forward(self, sequences):
        outputs, h, c = zip(*(self.sequence(x) for x in sequences))
        return self.linear(torch.cat(outputs)), (torch.stack(h, 1), torch.stack(c, 1))


CASES = {
    # name: (the model, the bound of its weights, the lengths of the batch, the learning rate of Adam)
    "simple_rnn": (lambda: Model(nn.RNN(10, 20), linear=nn.Linear(20, 5)), 0.25, [7, 1, 12, 5], 0.01),
    "relu_rnn": (lambda: Model(nn.RNN(10, 20, nonlinearity="relu"), linear=nn.Linear(20, 5)), 0.25, [7, 1, 12, 5], 0.01),
    "lstm_cell": (lambda: Model(nn.LSTM(10, 20)), 0.25, [1, 9, 4, 13], 0.01),
    "gru_after": (lambda: Model(nn.GRU(10, 20), linear=nn.Linear(20, 5)), 0.25, [3, 11, 1, 6], 0.01),
    "gru_before": (lambda: Model(GruBefore(10, 20), linear=nn.Linear(20, 5)), 0.25, [3, 11, 1, 6], 0.01),
    "text_classifier": (
        lambda: Model(nn.LSTM(128, 256), embedding=nn.Embedding(10_000, 128), linear=nn.Linear(256, 5), last_step=True),
        0.0625, [12, 5, 1, 9], 0.001),
    "bi_lstm": (lambda: Model(nn.LSTM(5, 17, 2, bidirectional=True), linear=nn.Linear(34, 3)), 0.25, [6, 1, 11, 4], 0.01),
    "bi_gru": (lambda: Model(nn.GRU(4, 15, bidirectional=True), embedding=nn.Embedding(60, 4), linear=nn.Linear(30, 7)), 0.25, [3, 8, 1, 5], 0.01),
    "attention_chain": (
        lambda: Chain(
            6, ("conv1d", nn.Conv1d(6, 9, 3, dilation=2)), ("", nn.functional.gelu), ("gru", nn.GRU(9, 11)), ("layernorm", nn.LayerNorm(11)),
            ("", lambda x: nn.functional.gelu(x, approximate="tanh")), ("attentionpooling", AttentionPooling(11)), ("", lambda x: torch.softmax(x, -1)),
            ("linear", nn.Linear(11, 4))),
        0.5, [7, 1, 12, 5], 0.01),
    "mean_chain": (
        lambda: Chain(5, ("lstm", nn.LSTM(5, 13)), ("", torch.relu), ("", lambda x: x.mean(0, keepdim=True)), ("linear", nn.Linear(13, 3))),
        0.25, [7, 1, 12, 5], 0.01),
    "max_chain": (
        lambda: Chain(5, ("conv1d", nn.Conv1d(5, 10, 4)), ("lstm", nn.LSTM(10, 13)), ("", lambda x: x.max(0, keepdim=True).values), ("linear", nn.Linear(13, 3))),
        0.25, [7, 1, 12, 5], 0.01),
    "time_series": (lambda: Model(nn.LSTM(5, 64, 2), linear=nn.Linear(64, 1), last_step=True), 0.125, [16, 2, 9, 16], 0.001),
}


# Options of cells, and connections of layers: outputs, states and gradients, without training runs.
VARIANTS = {
    "lstm_without_biases": (lambda: Model(nn.LSTM(5, 7, 2, bias=False), linear=nn.Linear(7, 2, bias=False)), 0.5, [7, 1, 12, 5], 0),
    "gru_without_biases": (lambda: Model(nn.GRU(5, 7, bias=False), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_coupled": (lambda: Model(LstmVariant(5, 7, coupled=True), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_clipped": (lambda: Model(LstmVariant(5, 7, cell_clip=0.25, input_clip=0.75), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_peepholes": (lambda: Model(LstmVariant(5, 7, peepholes=True), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_normalized": (lambda: Model(LstmNormalized(5, 7), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "gru_normalized": (lambda: Model(GruNormalized(5, 7), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_projected": (lambda: Model(nn.LSTM(5, 17, 2, proj_size=3), linear=nn.Linear(3, 2)), 0.5, [7, 1, 12, 5], 0),
    "lstm_functions": (
        lambda: Model(
            LstmVariant(5, 7, gate=nn.functional.softplus, cell=nn.functional.softsign, output=lambda c: 1.5 * torch.tanh(0.75 * c)), linear=nn.Linear(7, 2)),
        0.5, [7, 1, 12, 5], 0),
    "tied": (Tied, 0.5, [7, 1, 12, 5], 0),
    "learned_states": (lambda: Model(Learned(5, 7, 2), linear=nn.Linear(7, 2)), 0.5, [7, 1, 12, 5], 0),
    "merges": (Merges, 1.0, [7, 1, 12, 5], 0),
    "residuals": (Residuals, 0.5, [7, 1, 12, 5], 0),
    "columns": (Columns, 0.5, [7, 1, 12, 5], 0),
    "strides": (
        lambda: Strides(
            5, ("conv1d1", Convolution(5, 9, 3, stride=2, padding=1)), ("", torch.relu), ("gru", nn.GRU(9, 7)), ("conv1d2", Convolution(7, 6, 4, padding="same", dilation=1)),
            ("", torch.tanh), ("conv1d3", Convolution(6, 8, 2, dilation=2)), ("linear", nn.Linear(8, 3))),
        0.5, [7, 1, 12, 5, 9], 0),
}
CASES.update(VARIANTS)


def make(case, dtype):
    build, scale, lengths, rate = CASES[case]
    model = build().to(dtype)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(numbers(f"{case}.{name}", tuple(parameter.shape), scale))
    return model


def make_batch(case, model, dtype):
    lengths = CASES[case][2]
    inputs = model.inputs if hasattr(model, "inputs") else model.recurrent[0].weight_ih_l0.shape[1]
    outputs = model.recurrent[0].hidden_size * (2 if model.recurrent[0].bidirectional else 1) if model.linear is None else model.linear.out_features
    rows = len(lengths) if model.last_step else sum(lengths)
    if isinstance(model, Strides):
        rows = len(model([torch.zeros(length, inputs, dtype=dtype) for length in lengths])[0])
    if model.embedding is not None:
        x = integers(f"{case}.inputs", sum(lengths), model.embedding.num_embeddings)
        labels = integers(f"{case}.targets", rows, outputs)
        loss = lambda y: nn.functional.cross_entropy(y, labels)
    else:
        x = numbers(f"{case}.inputs", (sum(lengths), inputs), 1.0).to(dtype)
        for column, vocabulary in getattr(model, "columns", {}).items():
            x[:, column] = integers(f"{case}.column{column}", sum(lengths), vocabulary).to(dtype)
        targets = numbers(f"{case}.targets", (rows, outputs), 1.0).to(dtype)
        loss = lambda y: nn.functional.mse_loss(y, targets)
    return list(x.split(lengths)), loss


def train(case, dtype, steps, optimizer_of):
    model = make(case, dtype)
    sequences, loss_of = make_batch(case, model, dtype)
    optimizer = optimizer_of(model.parameters())
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(model(sequences)[0])
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def record(case, dtype):
    _, scale, lengths, rate = CASES[case]
    model = make(case, dtype)
    sequences, loss_of = make_batch(case, model, dtype)
    outputs, state = model(sequences)
    loss = loss_of(outputs)
    loss.backward()

    tensors = {"outputs": outputs, "loss": loss.reshape(1)}
    hidden, cells = state if isinstance(state, tuple) else (state, None)
    tensors["state.h"] = hidden                          # [layers, batch, hidden]
    if cells is not None:
        tensors["state.c"] = cells
    for name, parameter in model.named_parameters():
        gradient = parameter.grad if parameter.requires_grad else torch.zeros_like(parameter)
        tensors[f"norm.{name}"] = gradient.double().norm().to(dtype).reshape(1)
        if name == "embedding.weight":
            gradient = gradient[torch.cat(sequences).unique()]      # ascending tokens
        elif gradient.numel() > 4096:
            gradient = gradient.flatten()[::stride(gradient.numel())]
        tensors[f"gradient.{name}"] = gradient

    if case in VARIANTS:
        return tensors, {"pytorch": torch.__version__, "case": case, "lengths": " ".join(map(str, lengths)), "weight_bound": str(scale)}

    tensors["losses.adam"] = train(case, dtype, 50, lambda p: torch.optim.Adam(p, lr=rate))
    tensors["losses.adamw"] = train(case, dtype, 20, lambda p: torch.optim.AdamW(p, lr=rate, weight_decay=0.1))
    tensors["losses.sgd"] = train(case, dtype, 20, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01))
    return tensors, {
        "pytorch": torch.__version__, "case": case, "lengths": " ".join(map(str, lengths)), "weight_bound": str(scale), "adam_rate": str(rate),
        "adamw_weight_decay": "0.1", "sgd": "rate 0.05, momentum 0.9, Nesterov, weight decay 0.01",
    }


def record_windows(dtype, steps, length):
    """Truncated back-propagation: a step of SGD every `steps` time steps, gradients `length` back, states detached. Both sequences go on as long as they have time steps."""
    case, lengths = "windows", [13, 9]
    model = Model(nn.LSTM(10, 20)).to(dtype)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(numbers(f"{case}.{name}", tuple(parameter.shape), 0.25))
    x = numbers(f"{case}.inputs", (sum(lengths), 10), 1.0).to(dtype).split(lengths)
    targets = numbers(f"{case}.targets", (sum(lengths), 20), 1.0).to(dtype).split(lengths)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    states, start, losses = [None, None], 0, []
    for end in range(steps, max(lengths) + steps, steps):
        following = max(0, end + steps - length)
        errors, left = [], []
        for b, n in enumerate(lengths):
            state, left_state = states[b], states[b]
            for t in range(start, min(end, n)):
                y, state = model.recurrent[0](x[b][t:t + 1], state)
                if t >= end - steps:
                    errors.append((y[0] - targets[b][t]) ** 2)
                if t + 1 == min(following, n):
                    left_state = tuple(part.detach() for part in state)
            left.append(left_state)
        optimizer.zero_grad()
        loss = torch.cat(errors).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        states, start = left, following
    tensors = {"losses": torch.stack(losses)}
    for name, parameter in model.named_parameters():
        tensors[f"after.{name}"] = parameter
    return tensors, {"pytorch": torch.__version__, "case": f"{case}, {steps} steps, {length} back", "lengths": " ".join(map(str, lengths)), "weight_bound": "0.25"}


def stride(count):
    return count // 2048 | 1


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy().tobytes()
        kind = {torch.float32: "F32", torch.float64: "F64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    folder = Path(__file__).parent / "vectors"
    folder.mkdir(exist_ok=True)
    for steps, length in ((4, 4), (3, 8)):
        path = folder / f"windows_{steps}_{length}.f64.safetensors"
        write(path, *record_windows(torch.float64, steps, length))
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    for case in sys.argv[1:] or CASES:
        for suffix, dtype in (("f32", torch.float32), ("f64", torch.float64)):
            path = folder / f"{case}.{suffix}.safetensors"
            tensors, metadata = record(case, dtype)
            write(path, tensors, metadata)
            print(f"{path.name}: {path.stat().st_size:,} bytes, loss {tensors['loss'].item():.9g}")


if __name__ == "__main__":
    main()
