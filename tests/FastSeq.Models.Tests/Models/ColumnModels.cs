namespace FastSeq.Tests.Models;

// Embeddings beside features: columns anywhere in the row, alone in it, frozen, with what reads their rows a second time.

[SequenceModel]
[Input(5)]
[Embedding(11, 7, Column = 3)]
[Embedding(3, 2, Column = 0)]
[Gru(20)]
[Skip("input", Merge = Merge.Concat)]
[Linear(4)]
[CrossEntropy]
public sealed partial class TwoColumns;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Embedding(5, 4, Column = 2, Name = "day")]
[Embedding(6, 1, Column = 1, Frozen = true)]
[Embedding(7, 9, Column = 0)]
[Residual]
[Lstm(9, Direction = Direction.Bidirectional)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class ColumnsAloneDouble;

// Wide enough that many streams advance in blocks.
[SequenceModel]
[Input(31)]
[Embedding(40, 70, Column = 30)]
[Dropout(0.25f)]
[Lstm(80)]
[MeanSquaredError]
public sealed partial class WideColumn;

// What PyTorch recorded: record.py.

[SequenceModel]
[Input(4)]
[Embedding(9, 5, Column = 2)]
[Embedding(4, 3, Column = 0)]
[Gru(7)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RecordedColumns;
