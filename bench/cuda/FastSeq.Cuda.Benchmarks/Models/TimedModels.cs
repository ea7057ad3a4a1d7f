namespace FastSeq.Cuda.Benchmarks.Models;

// 64 features, two layers, and the loss of the last time step's h: what is timed is the recurrent layers, and little goes over the bus.

[SequenceModel]
[Input(64)]
[Lstm(64, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Lstm64;

[SequenceModel]
[Input(64)]
[Lstm(128, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Lstm128;

[SequenceModel]
[Input(64)]
[Lstm(256, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Lstm256;

[SequenceModel]
[Input(64)]
[Lstm(512, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Lstm512;

[SequenceModel]
[Input(64)]
[Lstm(1024, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Lstm1024;

[SequenceModel]
[Input(64)]
[Gru(512, Layers = 2)]
[LastStep]
[MeanSquaredError]
sealed partial class Gru512;
