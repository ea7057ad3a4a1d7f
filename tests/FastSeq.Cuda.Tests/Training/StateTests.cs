using System.Numerics;
using System.Runtime.InteropServices;
using FastSeq.Cuda.Benchmarks.Models;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>What a stream keeps of a convolution with a stride, and of a pooling.</summary>
[SequenceModel]
[Input(3)]
[Conv1d(4, 3, Stride = 2)]
[Lstm(5)]
[MeanOverTime]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Halved;

/// <summary>States of streams that the caller gives to a run on a device and takes back, against the run of the processor.</summary>
public sealed class StateTests : CudaTest
{
    static readonly int[] s_ragged = [7, 1, 13, 0, 9];

    public static TheoryData<string> Cells =>
    [
        nameof(PlainLstm), nameof(PeepholeLstm), nameof(CoupledLstm), nameof(ProjectedLstm), nameof(NormalizedLstm), nameof(DroppedLstm), nameof(PlainGru), nameof(TextbookGru),
        nameof(NormalizedGru), nameof(BothWaysGru), nameof(TanhRnn), nameof(ConvolvedGru), nameof(Halved), nameof(Meter),
    ];

    [Theory]
    [MemberData(nameof(Cells))]
    public void GivenStates_MatchTheProcessor(string model)
    {
        Pair pair = PairOf(model);
        foreach (int[] lengths in new int[][] { s_ragged, [4], [0, 0] }) pair.Compare(lengths);
    }

    /// <summary>The second and the third time the same lengths come, other states go through what was recorded.</summary>
    [Theory]
    [InlineData(nameof(PlainLstm))]
    [InlineData(nameof(NormalizedGru))]
    public void GivenStatesOfRecordedSteps_MatchTheProcessor(string model) => PairOf(model).Compare(s_ragged, [5, 5], s_ragged, [5, 5], s_ragged);

    [Theory]
    [InlineData(nameof(PlainLstm))]
    [InlineData(nameof(ProjectedLstm))]
    [InlineData(nameof(NormalizedLstm))]
    [InlineData(nameof(PlainGru))]
    [InlineData(nameof(TextbookGru))]
    [InlineData(nameof(TanhRnn))]
    public void PiecesOfAStream_AreTheWhole(string model) => PairOf(model).ComparePieces();

    [Fact]
    public void CallsWithStates_AllocateNothing() => PairOf(nameof(PlainLstm)).CountAllocations();

    [Fact]
    public void StateOfAnotherModel_IsOneError()
    {
        using SequenceRun<float, float, float> run = new PlainLstm(seed: 1).CreateRun(2, 5, CudaDevice.Default);
        var state = default(TanhRnn.State);
        var exception = Assert.Throws<ArgumentException>(() => run.Predict(new float[3], ref state, new float[5]));
        Assert.StartsWith("These are states of TanhRnn, but the run is one of PlainLstm.", exception.Message);
        Assert.StartsWith("There are 1 states for 2 sequences.", Assert.Throws<ArgumentException>(() => run.Predict(new float[6], [1, 1], new PlainLstm.State[1], new float[10])).Message);
    }

    [Fact]
    public void StateBetweenTwoOutputs_IsRefusedAsOnTheProcessor()
    {
        var model = new Halved(seed: 1);
        foreach (ISequenceDevice? device in new[] { null, CudaDevice.Default })
        {
            using SequenceRun<float, float, float> run = device is null ? model.CreateRun(1, 9) : model.CreateRun(1, 9, device);
            var state = default(Halved.State);
            run.Predict(new float[9], ref state, new float[1]);
            Halved.State before = state;
            Assert.Contains("stands between two outputs of ", Assert.Throws<ArgumentException>(() => run.Predict(new float[9], ref state, new float[1])).Message);
            Assert.Equal(Numbers(ref before), Numbers(ref state));
        }

        static float[] Numbers(ref Halved.State state) => MemoryMarshal.Cast<Halved.State, float>(MemoryMarshal.CreateSpan(ref state, 1)).ToArray();
    }

    static Pair PairOf(string model) => model switch
    {
        nameof(PlainLstm) => new Pair<PlainLstm, float, float, float, PlainLstm.State>(),
        nameof(PeepholeLstm) => new Pair<PeepholeLstm, float, float, float, PeepholeLstm.State>(),
        nameof(CoupledLstm) => new Pair<CoupledLstm, float, float, float, CoupledLstm.State>(),
        nameof(ProjectedLstm) => new Pair<ProjectedLstm, float, float, float, ProjectedLstm.State>(),
        nameof(NormalizedLstm) => new Pair<NormalizedLstm, float, float, float, NormalizedLstm.State>(),
        nameof(DroppedLstm) => new Pair<DroppedLstm, float, float, float, DroppedLstm.State>(),
        nameof(PlainGru) => new Pair<PlainGru, float, int, int, PlainGru.State>(),
        nameof(TextbookGru) => new Pair<TextbookGru, double, double, double, TextbookGru.State>(),
        nameof(NormalizedGru) => new Pair<NormalizedGru, float, float, int, NormalizedGru.State>(),
        nameof(BothWaysGru) => new Pair<BothWaysGru, float, float, float, BothWaysGru.State>(),
        nameof(TanhRnn) => new Pair<TanhRnn, float, float, float, TanhRnn.State>(),
        nameof(ConvolvedGru) => new Pair<ConvolvedGru, float, float, int, ConvolvedGru.State>(),
        nameof(Halved) => new Pair<Halved, float, float, float, Halved.State>(),
        nameof(Meter) => new Pair<Meter, float, float, float, Meter.State>(),
        _ => throw new ArgumentException(model),
    };

    abstract class Pair
    {
        /// <summary>Compares batches of the same runs, one after the other.</summary>
        public abstract void Compare(params int[][] batches);

        public abstract void ComparePieces();

        public abstract void CountAllocations();
    }

    /// <summary>A model on both.</summary>
    sealed class Pair<TModel, T, TInput, TTarget, TState> : Pair
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : unmanaged, IStreamState<T>
    {
        static readonly double s_tolerance = typeof(T) == typeof(double) ? 1e-12 : 1e-5;

        readonly TModel model = TModel.Create(seed: 1);

        static ModelInfo Info => TModel.ModelInfo;

        public override void Compare(params int[][] batches)
        {
            using SequenceRun<T, TInput, TTarget> processor = NewRun(null), device = NewRun(CudaDevice.Default);
            for (int number = 0; number < batches.Length; number++)
            {
                int[] lengths = batches[number];
                TState[] here = States(lengths.Length, seed: number), there = [.. here];
                var data = new StepData<T, TInput, TTarget>(Info, lengths);
                if (lengths.Any(length => Info.OutputSteps(length) > 0) || Info.LastStepOnly)
                {
                    T loss = processor.Forward(data.Batch, here.AsSpan(), training: true);
                    Data.Agree([loss], [device.Forward(data.Batch, there.AsSpan(), training: true)], s_tolerance);
                    Data.Agree(processor.Outputs, device.Outputs, s_tolerance);
                    Data.Agree<T>(Numbers(here), Numbers(there), s_tolerance);

                    TState[] final = States(lengths.Length, seed: 100 + number);
                    processor.Backward<TState>(final);
                    device.Backward<TState>(final);
                    CompareGradients(lengths.Length);

                    here = States(lengths.Length, seed: 300 + number);
                    there = [.. here];
                    processor.Forward(data.Batch, here.AsSpan(), training: true);
                    device.Forward(data.Batch, there.AsSpan(), training: true);
                    processor.Backward();
                    device.Backward();
                    CompareGradients(lengths.Length);
                }

                here = States(lengths.Length, seed: 200 + number);
                there = [.. here];
                T[] outputs = new T[data.OutputNumbers], outputsThere = new T[data.OutputNumbers];
                processor.Predict(data.Inputs, lengths, here, outputs);
                device.Predict(data.Inputs, lengths, there, outputsThere);
                Data.Agree<T>(outputs, outputsThere, s_tolerance);
                Data.Agree<T>(Numbers(here), Numbers(there), s_tolerance);
            }

            void CompareGradients(int sequences)
            {
                Data.Agree<T>(processor.Gradients, device.Gradients, 10 * s_tolerance);
                TState[] here = new TState[sequences], there = new TState[sequences];
                processor.CopyInitialGradients<TState>(here);
                device.CopyInitialGradients<TState>(there);
                Data.Agree<T>(Numbers(here), Numbers(there), 10 * s_tolerance);
            }
        }

        public override void ComparePieces()
        {
            int[] lengths = [9, 4, 12], first = [5, 0, 7], then = [4, 4, 5];
            using SequenceRun<T, TInput, TTarget> run = NewRun(CudaDevice.Default);
            var data = new StepData<T, TInput, TTarget>(Info, lengths);
            TState[] whole = States(3, seed: 1), pieces = [.. whole];
            T[] expected = new T[data.OutputNumbers], ofFirst = new T[first.Sum() * Info.OutputSize], ofThen = new T[then.Sum() * Info.OutputSize];
            run.Predict(data.Inputs, lengths, whole, expected);
            run.Predict(Rows(data.Inputs, Info.InputSize, 0, first), first, pieces, ofFirst);
            run.Predict(Rows(data.Inputs, Info.InputSize, 1, then), then, pieces, ofThen);
            Data.Agree<T>(Numbers(whole), Numbers(pieces), s_tolerance);
            Data.Agree<T>(Rows<T>(expected, Info.OutputSize, 0, first), ofFirst, s_tolerance);
            Data.Agree<T>(Rows<T>(expected, Info.OutputSize, 1, then), ofThen, s_tolerance);

            // The first or the last time steps of each sequence.
            TValue[] Rows<TValue>(ReadOnlySpan<TValue> all, int size, int piece, int[] taken)
            {
                var rows = new List<TValue>();
                for (int b = 0, start = 0; b < lengths.Length; start += lengths[b++])
                {
                    rows.AddRange(all.Slice((start + (piece == 0 ? 0 : lengths[b] - taken[b])) * size, taken[b] * size));
                }

                return [.. rows];
            }
        }

        public override void CountAllocations()
        {
            using SequenceRun<T, TInput, TTarget> run = NewRun(CudaDevice.Default);
            var data = new StepData<T, TInput, TTarget>(Info, s_ragged);
            TState[] states = States(s_ragged.Length, seed: 1), gradients = new TState[s_ragged.Length];
            var outputs = new T[data.OutputNumbers];
            for (int step = 0; step < 3; step++) Step();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 10; step++) Step();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Step()
            {
                run.Forward(data.Batch, states.AsSpan(), training: true);
                run.Backward<TState>(states);
                run.CopyInitialGradients(gradients.AsSpan());
                run.Predict(data.Inputs, data.Lengths, states.AsSpan(), outputs);
            }
        }

        static Span<T> Numbers(Span<TState> states) => MemoryMarshal.Cast<TState, T>(states);

        SequenceRun<T, TInput, TTarget> NewRun(ISequenceDevice? device)
        {
            SequenceRun<T, TInput, TTarget> run = model.NewRun(5, 13, 1, device: device);
            run.DropoutSeed = 3;
            return run;
        }

        // Between two outputs of a convolution no batch goes on: that number stays zero. What a pooling counts is a whole number.
        static TState[] States(int count, int seed)
        {
            var states = new TState[count];
            var random = new Random(seed);
            int stride = Numbers(states).Length / count;
            foreach (StateInfo state in Info.States)
            {
                bool isCell = !state.Name.EndsWith(".pooled", StringComparison.Ordinal) && !state.Name.EndsWith(".before", StringComparison.Ordinal);
                for (int b = 0; isCell && b < count; b++)
                {
                    foreach (ref T number in Numbers(states).Slice((b * stride) + state.Offset, state.Size)) number = T.CreateChecked(random.NextDouble() - 0.5);
                }
            }

            return states;
        }
    }
}
