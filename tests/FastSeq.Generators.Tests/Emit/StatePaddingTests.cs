using FastSeq.Generators.Emit;
using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Emit;

/// <summary>Steps read states in whole registers: what they read past the last unit must still be the state's own memory, wherever the state lies.</summary>
public sealed class StatePaddingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void State_HasRoomForWhatRegistersReadPastIt(bool isDouble)
    {
        int padding = isDouble ? 4 : 8;
        foreach (Lane lane in Lane.All(isDouble))
        {
            for (int units = 1; units <= 64; units++)
            {
                foreach (Segment segment in Pass.Over(units, lane, 4).SelectMany(p => p.Segments))
                {
                    Assert.InRange(segment.Lane.Count - segment.Count, 0, padding - 1);
                }
            }
        }
    }

    [Fact]
    public void State_IsEmittedWithItsPadding()
    {
        string text = Assert.Single(Harness.Run("using FastSeq;\n[SequenceModel, Input(3), Lstm(17), MeanSquaredError]\npublic sealed partial class M;\n").Files).Value;
        Assert.Contains("StateSize = 34;", text);
        Assert.Contains("InlineArray(42)", text);
    }
}
