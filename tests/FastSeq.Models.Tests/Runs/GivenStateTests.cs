using System.Runtime.InteropServices;
using FastSeq.Tests.Models;
using FastSeq.Tests.Oracles;
using FastSeq.Tests.Training;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Initial states that the caller gives and takes back, the rest state, snapshots. That every model agrees with the reference there is held by <c>States_MatchReference</c>.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class GivenStateTests
{
    /// <summary>What record.py has learned states for, with the same states given: the outputs, and the gradients by the states that each sequence began with, sum up to those of the learned ones.</summary>
    [Fact]
    public void GivenStates_MatchPyTorch()
    {
        var file = new VectorFile<float>("learned_states");
        var model = new RecordedStates(seed: 1);
        foreach (ParameterInfo parameter in RecordedStates.ModelInfo.Parameters)
        {
            parameter.CopyFrom(parameter.Name.Contains("_0_l", StringComparison.Ordinal) ? new float[parameter.Count] : file.Weights(parameter.Name, (int)parameter.Count), model.Parameters);
        }

        var given = default(RecordedStates.State);
        foreach (StateInfo state in RecordedStates.ModelInfo.States)
        {
            file.Weights(Learned(state), state.Size).CopyTo(Numbers(ref given)[state.Offset..]);
        }

        int[] lengths = file.Lengths;
        RecordedStates.State[] states = [.. lengths.Select(_ => given)], gradients = new RecordedStates.State[lengths.Length];
        using RecordedStates.Run run = model.CreateRun(lengths.Length, lengths.Max());
        float loss = run.Forward(new SequenceBatch<float, float>(file.Features(5), lengths, file.Targets()), states, training: true);
        Agreement.Check("outputs", file["outputs"], run.Outputs, 1e-5);
        Agreement.Check("loss", file["loss"], [loss], 1e-5);
        run.Backward();
        run.CopyInitialGradients(gradients);
        foreach (StateInfo state in RecordedStates.ModelInfo.States)
        {
            float[] sum = new float[state.Size];
            for (int b = 0; b < gradients.Length; b++)
            {
                for (int j = 0; j < state.Size; j++)
                {
                    sum[j] += Numbers(ref gradients[b])[state.Offset + j];
                }
            }

            Agreement.Check($"gradient by {state.Name}", file[$"gradient.{Learned(state)}"], sum, 1e-5);
        }

        // lstm.h_l0 -> lstm.h_0_l0
        static string Learned(StateInfo state) => state.Name.Replace("_l", "_0_l", StringComparison.Ordinal);
    }

    /// <summary>A rest state that was set is where h begins: the first time steps, too, add to the gradient of the recurrent weight, whatever the bundles.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(35)]
    public void RestState_CountsInGradients(int batch)
    {
        var model = new BundledRnn(seed: 1);
        var rest = default(BundledRnn.State);
        model.Step([1, 2, 3, 4], ref rest, new float[1]);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => b % 4)];
        float[] inputs = [.. Enumerable.Range(0, 4 * lengths.Sum()).Select(i => MathF.Sin(i))], targets = new float[lengths.Sum()];
        BundledRnn.State[] states = [.. lengths.Select(_ => rest)];
        using BundledRnn.Run run = model.CreateRun(batch, 4);
        run.Forward(new SequenceBatch<float, float>(inputs, lengths, targets), states, training: true);
        run.Backward();
        float[] given = run.Gradients.ToArray();

        model.RestState = rest;
        run.Forward(new SequenceBatch<float, float>(inputs, lengths, targets), training: true);
        run.Backward();
        Assert.Equal(given, run.Gradients.ToArray());
    }

    [Fact]
    public void RestState_IsWhereSequencesWithoutStatesBegin()
    {
        var model = new Tagger(seed: 1);
        var rest = default(Tagger.State);
        model.Step(7, ref rest, new double[4]);
        using Tagger.Run run = model.CreateRun(2, 3);
        double[] fromZero = new double[12], given = new double[12], outputs = new double[12], step = new double[4];
        run.Predict([1, 2, 3], [2, 1], fromZero.AsSpan(0, 12));
        run.Predict([1, 2, 3], [2, 1], [rest, rest], given);

        model.RestState = rest;
        run.Predict([1, 2, 3], [2, 1], outputs);
        Assert.Equal(given, outputs);
        Assert.NotEqual(fromZero, outputs);

        Tagger.State stream = model.RestState;
        model.Step(1, ref stream, step);
        Assert.Equal(given[..4], step);

        double loss = run.Forward(new SequenceBatch<int, int>([1, 2, 3], [2, 1], [0, 1, 2]), training: true);
        model.RestState = default;
        Assert.NotEqual(loss, run.Forward(new SequenceBatch<int, int>([1, 2, 3], [2, 1], [0, 1, 2]), training: true));
        Assert.Equal(loss, run.Forward(new SequenceBatch<int, int>([1, 2, 3], [2, 1], [0, 1, 2]), [rest, rest], training: true));
    }

    /// <summary>A rest state that is set is no weight, one that is learned is.</summary>
    [Fact]
    public void RestState_IsSavedWhereItIsLearned()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        try
        {
            var learned = new RecordedStates(seed: 1);
            var rest = default(RecordedStates.State);
            learned.Step([1, 2, 3, 4, 5], ref rest, new float[2]);
            learned.RestState = rest;
            learned.Save(path);
            RecordedStates.State read = RecordedStates.Load(path).RestState;
            Assert.True(Numbers(ref rest).SequenceEqual(Numbers(ref read)));

            var plain = new Forecaster(seed: 1);
            var set = default(Forecaster.State);
            plain.Step([1, 2, 3], ref set, new float[1]);
            plain.RestState = set;
            plain.Save(path);
            Forecaster.State none = Forecaster.Load(path).RestState;
            Assert.Equal(-1, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref none, 1)).IndexOfAnyExcept((byte)0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Span<float> Numbers(ref RecordedStates.State state) => MemoryMarshal.Cast<RecordedStates.State, float>(MemoryMarshal.CreateSpan(ref state, 1));
}
