using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Columns of features that hold tokens: what is no whole number of the vocabulary is an error that says where it stands, and nothing is changed.</summary>
public sealed class TokenColumnTests
{
    private readonly RecordedColumns _model = new(seed: 1);

    /// <summary>What is wrong in column 2, of 9 tokens, and how it is written.</summary>
    public static TheoryData<float, string> Wrong => new()
    {
        { 2.5f, "2.5" }, { -1, "-1" }, { 9, "9" }, { float.NaN, "NaN" }, { float.PositiveInfinity, "Infinity" }, { 1e20f, "1E+20" },
    };

    [Fact]
    public void Info_NamesTheColumns() => Assert.Equal([new TokenColumn(2, 9), new TokenColumn(0, 4)], RecordedColumns.ModelInfo.TokenColumns);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Batch_NamesSequenceTimeStepColumnAndValue(float value, string written)
    {
        using RecordedColumns.Run run = _model.CreateRun(maxBatch: 3, maxTimeSteps: 4);
        float[] x = new float[6 * 4], y = new float[6 * 2];
        x[(4 * 4) + 2] = value;
        string message = Assert.Throws<ArgumentException>(() => run.Predict(x, [2, 0, 4], y)).Message;
        Assert.Equal($"Sequence 2 has {written} in column 2 at time step 2; tokens are whole numbers from 0 to 8.", message);
        message = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, float>(x, [2, 0, 4], y), training: true)).Message;
        Assert.Contains("Sequence 2", message, StringComparison.Ordinal);
        Assert.All(y, output => Assert.Equal(0, output));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Step_NamesColumnAndValue(float value, string written)
    {
        RecordedColumns.State state = default;
        float[] x = [3, 0.5f, value, 0.5f], y = new float[2];
        string message = Assert.Throws<ArgumentException>(() => _model.Step(x, ref state, y)).Message;
        Assert.StartsWith($"x has {written} in column 2; tokens are whole numbers from 0 to 8.", message, StringComparison.Ordinal);
        Assert.All(y, output => Assert.Equal(0, output));
        x[2] = 8;
        _model.Step(x, ref state, y);
    }

    [Fact]
    public void StepMany_NamesTheRow()
    {
        var states = new RecordedColumns.State[3];
        float[] x = [0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0], y = new float[6];
        string message = Assert.Throws<ArgumentException>(() => _model.StepMany(x, states, y)).Message;
        Assert.StartsWith("Row 2 of x has 4 in column 0; tokens are whole numbers from 0 to 3.", message, StringComparison.Ordinal);
        Assert.All(y, output => Assert.Equal(0, output));
    }

    [Fact]
    public void Dataset_NamesSequenceStepColumnAndValue()
    {
        var data = new ArrayDataset<float, float>([[1, 0, 1, 0], [1, 0, 1, 0, 1, 0, 0.5f, 0]], [[0, 0], [0, 0, 0, 0]], 4);
        using var trainer = new Trainer<RecordedColumns>(_model, new TrainerOptions { Optimizer = new Sgd(0.1) });
        string message = Assert.Throws<DatasetException>(() => trainer.Fit(data, epochs: 1).Count()).Message;
        Assert.Contains("sequence 1, step 1: column 2 is 0.5; tokens are whole numbers from 0 to 8.", message, StringComparison.Ordinal);
    }
}
