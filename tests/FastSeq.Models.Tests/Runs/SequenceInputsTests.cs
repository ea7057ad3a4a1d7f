using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastSeq.Tests.Oracles;
using FastSeq.Tests.Training;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Padded sequences with masks, and packed ones: states, tensors, and what is refused. That no layout changes a bit is held for every model by <c>Layouts_DoNotChangeABit</c>.</summary>
public sealed class SequenceInputsTests
{
    private const int Size = Forecaster.InputSize;

    private readonly Forecaster model = new(seed: 1);

    [Fact]
    public void States_GoOnOverMaskedTimeSteps()
    {
        // One stream whose second and third time step do not count, one that ends early, one without time steps.
        float[] padded = VectorNumbers.Numbers<float>("padded", 3 * 4 * Size, 1);
        bool[] mask = [true, false, false, true, false, true, true, false, false, false, false, false];
        using Forecaster.Run run = model.CreateRun(3, 4);
        var states = new Forecaster.State[3];
        model.Step(padded.AsSpan(0, Size), ref states[2], new float[1]);
        Forecaster.State[] expected = [.. states];
        float[] outputs = new float[3], steps = new float[3];
        run.Predict(SequenceInputs.Masked<float>(padded, mask, batch: 3), states, outputs);
        for (int row = 0; row < mask.Length; row++)
        {
            if (mask[row])
            {
                model.Step(padded.AsSpan(row * Size, Size), ref expected[row / 4], steps.AsSpan(row / 4, 1));
            }
        }

        Assert.Equal(steps[..2], outputs[..2]);
        Assert.Equal(Bytes(expected), Bytes(states));
    }

    [Fact]
    public void PackedInput_HasStatesAndOutputsWhereSortedIndicesSay()
    {
        // PyTorch packs [b, a] for a of 2 and b of 3 time steps: b0 a0 b1 a1 b2.
        float[] a = VectorNumbers.Numbers<float>("a", 2 * Size, 1), b = VectorNumbers.Numbers<float>("b", 3 * Size, 1);
        float[] data = [.. b[..Size], .. a[..Size], .. b[Size..(2 * Size)], .. a[Size..], .. b[(2 * Size)..]];
        using Forecaster.Run run = model.CreateRun(2, 3);
        Forecaster.State[] plain = new Forecaster.State[2], packed = new Forecaster.State[2], sorted = new Forecaster.State[2];
        float[] expected = new float[2], outputs = new float[2], inOrder = new float[2];
        run.Predict([.. a, .. b], [2, 3], plain, expected);
        run.Predict(SequenceInputs.Packed<float>(data, [2, 2, 1], [1, 0]), packed, outputs);
        run.Predict(SequenceInputs.Packed<float>(data, [2, 2, 1]), sorted, inOrder);
        Assert.Equal(expected, outputs);
        Assert.Equal(Bytes(plain), Bytes(packed));
        Assert.Equal([expected[1], expected[0]], inOrder);
        Assert.Equal(Bytes([plain[1], plain[0]]), Bytes(sorted));
    }

    [Fact]
    public void Tensors_TakeAMask()
    {
        float[] padded = VectorNumbers.Numbers<float>("tensor", 2 * 3 * Size, 1), expected = new float[2], outputs = new float[2];
        bool[] mask = [true, true, false, false, true, false];
        using Forecaster.Run run = model.CreateRun(2, 3);
        run.Predict([.. padded[..(2 * Size)], .. padded[(4 * Size)..(5 * Size)]], [2, 1], expected);
        run.Predict(new ReadOnlyTensorSpan<float>(padded, [2, 3, Size]), new ReadOnlyTensorSpan<bool>(mask, [2, 3]), new TensorSpan<float>(outputs, [2, 1]));
        Assert.Equal(expected, outputs);

        string message = Assert.Throws<ArgumentException>(() => run.Predict(
            new ReadOnlyTensorSpan<float>(padded, [2, 3, Size]), new ReadOnlyTensorSpan<bool>(mask, [3, 2]), new TensorSpan<float>(outputs, [2, 1]))).Message;
        Assert.Contains("The mask has the shape [3, 2], the sequences [2, 3, 3]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LongPadding_NeedsNoLongRun()
    {
        // 40 places, of which 2 count: a run of 2 time steps predicts it, and trains with it where a sequence has one output.
        float[] padded = VectorNumbers.Numbers<float>("long", 40 * Size, 1);
        var mask = new bool[40];
        mask[7] = mask[33] = true;
        using Forecaster.Run run = model.CreateRun(1, 2);
        float[] expected = new float[1], outputs = new float[1];
        run.Predict([.. padded[(7 * Size)..(8 * Size)], .. padded[(33 * Size)..(34 * Size)]], expected);
        run.Predict(SequenceInputs.Masked<float>(padded, mask, 1), outputs);
        Assert.Equal(expected, outputs);
        Assert.Equal(
            run.Forward(new SequenceBatch<float, float>([.. padded[(7 * Size)..(8 * Size)], .. padded[(33 * Size)..(34 * Size)]], [2], [0]), training: false),
            run.Forward(new SequenceBatch<float, float>(SequenceInputs.Masked<float>(padded, mask, 1), [0]), training: false));
    }

    [Fact]
    public void PaddingWithoutRoomForItsOutputs_IsNamed()
    {
        using Tagger.Run run = new Tagger(seed: 1).CreateRun(1, 2);
        var mask = new bool[40];
        mask[7] = mask[33] = true;
        var error = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<int, int>(SequenceInputs.Masked<int>(new int[40], mask, 1), new int[40]), training: true));
        Assert.Contains("The batch has 40 rows of Outputs, those of padding among them; this run was created for at most 2. Make it for more time steps", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11, 2, "The mask has 11 places, which are not whole rows of 2 sequences.")]
    [InlineData(10, 2, "There are 36 inputs, but a mask of 10 time steps of 3, which makes 30.")]
    [InlineData(12, 0, "The mask has 12 places, which are not whole rows of 0 sequences.")]
    [InlineData(12, -1, "A batch of -1 sequences; it must be 0 or more.")]
    [InlineData(12, 5, "The batch has 5 sequences; this run was created for at most 4.")]
    [InlineData(12, 1, "Sequence 0 has 12 time steps; this run was created for at most 6.")]
    public void WrongMasks_AreNamed(int places, int batch, string message)
    {
        using Forecaster.Run run = model.CreateRun(4, 6);
        var mask = new bool[places];
        mask.AsSpan().Fill(true);
        var padded = new float[12 * Size];
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => run.Predict(SequenceInputs.Masked<float>(padded, mask, batch), new float[4])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 6, -1 }, "Sequence 1 has length -1; a length is 0 or more.")]
    [InlineData(new[] { 0, 7 }, "Sequence 1 has 7 time steps; this run was created for at most 6.")]
    public void WrongLengths_AreNamed(int[] lengths, string message)
    {
        using Forecaster.Run run = model.CreateRun(4, 6);
        Assert.Contains(message, Assert.Throws<ArgumentException>("lengths", () => run.Predict(new float[lengths.Sum() * Size], lengths, new float[2])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new int[0], "Time step 1 has 3 sequences, but the one before 2")]
    [InlineData(new[] { 2, 0 }, new int[0], "Time step 1 has 0 sequences; a batch size is 1 or more.")]
    [InlineData(new[] { 2, 2 }, new int[0], "the batch sizes sum up to 4 time steps of 3, which makes 12.")]
    [InlineData(new[] { 5, 2 }, new int[0], "The batch has 5 sequences; this run was created for at most 4.")]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1 }, new int[0], "The longest sequence has 7 time steps; this run was created for at most 6.")]
    [InlineData(new[] { 3, 2 }, new[] { 0, 1 }, "There are 2 sorted indices for 3 sequences.")]
    [InlineData(new[] { 3, 2 }, new[] { 0, 1, 3 }, "each number from 0 to 2 once; 3 is not one of them.")]
    [InlineData(new[] { 3, 2 }, new[] { 0, 1, 1 }, "each number from 0 to 2 once; 1 is there twice.")]
    public void WrongPacking_IsNamed(int[] batchSizes, int[] sortedIndices, string message)
    {
        using Forecaster.Run run = model.CreateRun(4, 6);
        var data = new float[5 * Size];
        Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => run.Predict(SequenceInputs.Packed<float>(data, batchSizes, sortedIndices), new float[4])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongTokens_AreNamedByTheirPlace()
    {
        var tagger = new Tagger(seed: 1);
        using Tagger.Run run = tagger.CreateRun(2, 4);
        int[] tokens = [1, -9, 50, 2, -9, -9, 3, 4];
        bool[] mask = [true, false, true, true, false, false, true, true];
        Assert.Contains(
            "Sequence 0 has token 50 at time step 2",
            Assert.Throws<ArgumentException>(() => run.Predict(SequenceInputs.Masked<int>(tokens, mask, 2), new double[8 * Tagger.OutputSize])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TokenLimit_BoundsABatch()
    {
        using Forecaster.Run run = model.CreateRun(maxBatch: 100, maxTimeSteps: 6, maxTokens: 12), whole = model.CreateRun(100, 6);
        float[] inputs = VectorNumbers.Numbers<float>("limit", 13 * Size, 1), expected = new float[12], outputs = new float[12];
        int[] lengths = [.. Enumerable.Repeat(1, 12)];
        whole.Predict(inputs.AsSpan(0, 12 * Size), lengths, expected);
        run.Predict(inputs.AsSpan(0, 12 * Size), lengths, outputs);
        Assert.Equal(expected, outputs);
        Assert.Contains(
            "The batch has 13 time steps; this run was created for at most 12.",
            Assert.Throws<ArgumentException>(() => run.Predict(inputs, [6, 6, 1], new float[3])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] padded = VectorNumbers.Numbers<float>("allocation", 8 * Size, 1), outputs = new float[2], targets = [1, 2];
        bool[] mask = [true, false, true, true, false, false, true, true];
        int[] sizes = [2, 2, 2, 2], sorted = [1, 0];
        using Forecaster.Run run = model.CreateRun(2, 4);
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            run.Predict(SequenceInputs.Masked<float>(padded, mask, 2), outputs);
            run.Predict(SequenceInputs.Packed<float>(padded, sizes, sorted), outputs);
            run.Forward(new SequenceBatch<float, float>(SequenceInputs.Masked<float>(padded, mask, 2), targets), training: true);
            run.Backward();
        }));
    }

    [Fact]
    public void NoSequences_AreNoError()
    {
        using Forecaster.Run run = model.CreateRun(2, 4);
        run.Predict(SequenceInputs.Masked<float>([], [], 0), []);
        run.Predict(SequenceInputs.Packed<float>([], []), []);
        run.Predict(SequenceInputs.Padded<float>([], []), []);
    }

    private static byte[] Bytes(Forecaster.State[] states) => MemoryMarshal.AsBytes<Forecaster.State>(states).ToArray();
}
