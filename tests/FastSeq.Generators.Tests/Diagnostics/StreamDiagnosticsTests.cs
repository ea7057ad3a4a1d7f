using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>FSQ101, which the compiler reports where a stream of a model that has none is stepped: it names the layer and the mend.</summary>
public sealed class StreamDiagnosticsTests
{
    private const string Whole = "reads each sequence from its end, so it must be whole. Predict it with a Run, or declare the layer with Direction = Direction.Forward.";

    [Theory]
    [InlineData("Lstm(6, Direction = Direction.Bidirectional)", "cannot stream: [Lstm(6, Direction = Direction.Bidirectional)] " + Whole)]
    [InlineData("Gru(6, Direction = Direction.Reverse)", "cannot stream: [Gru(6, Direction = Direction.Reverse)] " + Whole)]
    [InlineData("Conv1d(6, 3, Padding = Padding.Same), Gru(3)", "cannot stream: [Conv1d(6, 3, Padding = Padding.Same)] ")]
    [InlineData("Conv1d(6, 3, Padding = Padding.Valid), Gru(3)", "cannot stream: [Conv1d(6, 3, Padding = Padding.Valid)] ")]
    [InlineData("Conv1d(6, 3, Padding = Padding.Both, PaddingSize = 1), Gru(3)", "cannot stream: [Conv1d(6, 3, Padding = Padding.Both, PaddingSize = 1)] ")]
    public void StepOfWhatCannotStream_NamesTheLayer(string layer, string message)
    {
        foreach (string weights in new[] { "", "(Weights = WeightFormat.BFloat16)" })
        {
            string[] errors = Errors(weights, layer, "model.Step(x, ref states[0], y); model.StepMany(x, states, y); model.StepMany(x, states, streams, y);");
            Assert.Equal(3, errors.Length);
            Assert.All(errors, error => Assert.Contains("error FSQ101: ", error, StringComparison.Ordinal));
            Assert.All(errors, error => Assert.Contains("'M' " + message, error, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void StrideHasStepsOfOneStream_AndNotOfMany()
    {
        Assert.Empty(Errors("", "Conv1d(6, 3, Stride = 2), Gru(3)", "if (model.Step(x, ref states[0], y)) { }"));
        string error = Assert.Single(Errors("", "Conv1d(6, 3, Stride = 2), Gru(3)", "model.StepMany(x, states, y);"));
        Assert.Contains("FSQ101", error, StringComparison.Ordinal);
        Assert.Contains("'M' cannot step many streams at once: [Conv1d(6, 3, Stride = 2)] gives outputs at some time steps only", error, StringComparison.Ordinal);
        Assert.Contains("Call Step for each stream.", error, StringComparison.Ordinal);
    }

    // The layer below streams: the other one is named.
    private static string[] Errors(string weights, string layer, string statements) => Harness.Run($$"""
        using System;
        using FastSeq;
        [SequenceModel{{weights}}, Input(4), Rnn(5), {{layer}}, Linear(2), MeanSquaredError]
        partial class M;
        static class Use
        {
            static void Streams(M model, float[] x, M.State[] states, int[] streams, float[] y) { {{statements}} }
        }
        """).CompileErrors;
}
