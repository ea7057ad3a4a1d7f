using System.Diagnostics;
using FastSeq.Tests.Models;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Targets of a batch: a wrong one is an error that says where it stands, and nothing is changed.</summary>
public sealed class TargetTests
{
    [Fact]
    public void OfTimeSteps_NamesSequenceAndTimeStep()
    {
        using SmoothedTagger.Run run = new SmoothedTagger().CreateRun(3, 4);
        Assert.Equal(
            "The target of sequence 2 at time step 1 is the class number 5; it must be from 0 to 4, or -100 (left out). (Parameter 'batch')",
            Refused(run, SequenceInputs.Ragged<float>(new float[6 * 4], [2, 0, 4]), [0, 1, 2, 5, -100, 4]));

        // The third time step that counts is the fifth of the caller's; what stands at padding is not read.
        bool[] mask = [true, false, false, false, true, false, true, false, true, false];
        Assert.StartsWith(
            "The target of sequence 1 at time step 3 is the class number -1;",
            Refused(run, SequenceInputs.Masked<float>(new float[10 * 4], mask, batch: 2), [0, 77, 77, 77, 4, 77, 0, 77, -1, 77]),
            StringComparison.Ordinal);

        // b0 a0 b1 a1 b2.
        Assert.StartsWith(
            "The target of sequence 0 at time step 1 is the class number 9;",
            Refused(run, SequenceInputs.Packed<float>(new float[5 * 4], [2, 2, 1], [1, 0]), [0, 1, 2, 9, 3]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void OfSequences_NamesTheSequence()
    {
        using SmoothedClassifierDouble.Run run = new SmoothedClassifierDouble().CreateRun(3, 4);
        Assert.StartsWith(
            "The target of sequence 1 is the class number 4; it must be from 0 to 3",
            Refused(run, SequenceInputs.Ragged<int>(new int[6], [1, 3, 2]), [0, 4, 3]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void OfSeveralNumbers_NamesTheNumber()
    {
        using MultiLabelTagger.Run run = new MultiLabelTagger().CreateRun(2, 2);
        Assert.StartsWith(
            "Number 2 of the target of sequence 1 at time step 0 is the value 1.5; it must be from 0 to 1.",
            Refused(run, SequenceInputs.Ragged<float>(new float[3 * 4], [2, 1]), [0, 1, 0, 1, 1, 1, 0, 1, 1.5f]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_NameTheirPlaceInTheSequence()
    {
        using CtcTagger.Run run = new CtcTagger().CreateRun(3, 4);
        string message = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, int>(new float[7 * 4], [1, 4, 2], [3, 1, 2, 0, 4], [1, 3, 1]), training: true)).Message;
        Assert.StartsWith("Label 2 of the target of sequence 1 is the label 0; it must be from 0 to 4, without the blank 0.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongTarget_ChangesNothing()
    {
        float[] x = VectorNumbers.Numbers<float>("targets", 3 * 4, 1);
        var model = new SmoothedTagger(seed: 1);
        float[] parameters = model.Parameters.ToArray();
        using SmoothedTagger.Run run = model.CreateRun(2, 2), fresh = model.CreateRun(2, 2);
        run.Forward(new SequenceBatch<float, int>(x, [2, 1], [0, 1, 2]), training: true);
        run.Backward();
        float[] gradients = run.Gradients.ToArray();
        Refused(run, SequenceInputs.Ragged<float>(x, [1, 2]), [0, 1, 5]);
        Assert.Equal(1, run.Iteration);
        Assert.Equal(parameters, model.Parameters.ToArray());
        Assert.Equal(gradients, run.Gradients.ToArray());
        Assert.Throws<InvalidOperationException>(() => run.Metric);
        Assert.Throws<InvalidOperationException>(run.Backward);

        float loss = fresh.Forward(new SequenceBatch<float, int>(x, [1, 2], [0, 1, 4]), training: true);
        Assert.Equal(loss, run.Forward(new SequenceBatch<float, int>(x, [1, 2], [0, 1, 4]), training: true));
        Assert.Equal(fresh.Outputs.ToArray(), run.Outputs.ToArray());
    }

    [Fact]
    public void LabelsOfManySequences_TakeTimeInProportion()
    {
        // Adding up the lengths before each sequence would be 50,000,000,000 additions, some twenty seconds and more.
        const int Batch = 320_000;
        using CtcTagger.Run run = new CtcTagger().CreateRun(Batch, 1, maxTokens: 1);
        var none = new int[Batch];
        long started = Stopwatch.GetTimestamp();
        run.Forward(new SequenceBatch<float, int>([], none, [], none), training: false);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    static string Refused<T, TInput, TTarget>(SequenceRun<T, TInput, TTarget> run, SequenceInputs<TInput> inputs, TTarget[] targets)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        try
        {
            run.Forward(new SequenceBatch<TInput, TTarget>(inputs, targets), training: true);
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }

        return "";
    }
}
