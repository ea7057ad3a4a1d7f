using System.Runtime.InteropServices;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>Many live streams advanced together, against each of them alone.</summary>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    public override void StepManyMatchesStep()
    {
        const int Steps = 4;
        foreach (int streams in new[] { 0, 1, 2, 3, 4, 7, 35, 70 })
        {
            var batch = new TestBatch<T, TInput, TTarget>($"{Name}.many{streams}", Info, streams * Steps);
            (var alone, var together) = (Stepper<TModel, T, TInput>.Make(), Stepper<TModel, T, TInput>.Make());
            alone.ResetMany(streams);
            together.ResetMany(streams);
            for (int t = 0; t < Steps; t++)
            {
                // First all streams, then fewer and fewer of them in another order.
                int advanced = streams - (streams * t / (2 * Steps));
                int[] order = [.. Enumerable.Range(0, advanced).Select(i => t == 0 ? i : streams - 1 - i)];
                ReadOnlySpan<TInput> x = batch.Inputs.AsSpan(t * streams * batch.StepSize, advanced * batch.StepSize);
                T[] expected = new T[advanced * OutputSize], actual = new T[advanced * OutputSize];
                if (t == 0)
                {
                    together.StepMany(_model, x, actual);
                }
                else
                {
                    together.StepMany(_model, x, order, actual);
                }

                for (int i = 0; i < advanced; i++)
                {
                    alone.Step(_model, order[i], x.Slice(i * batch.StepSize, batch.StepSize), expected.AsSpan(i * OutputSize, OutputSize));
                }

                AssertSameBits($"outputs of {advanced} of {streams} streams, step {t}", expected, actual);
                Assert.True(alone.Bits.SequenceEqual(together.Bits), $"After step {t} of {streams} streams their states differ.");
            }
        }
    }

    /// <summary>Hardware is slow with denormal numbers: silence after sound must not make a stream slower. Without biases and with small weights every state decays.</summary>
    public override void StatesDecayToZeroWithoutDenormals()
    {
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            double bound = parameter.Name.Contains("bias", StringComparison.Ordinal) ? 0 : 0.5 / parameter.Layout.Columns;
            parameter.CopyFrom(VectorNumbers.Numbers<T>($"{Name}.decay.{parameter.Name}", (int)parameter.Count, bound), _model.Parameters);
        }

        var stepper = Stepper<TModel, T, TInput>.Make();
        stepper.ResetMany(1);
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, 3);
        var silence = new TInput[batch.StepSize];
        var y = new T[OutputSize];
        for (int t = 0; t < 3; t++)
        {
            stepper.Step(_model, 0, batch.Inputs.AsSpan(t * batch.StepSize, batch.StepSize), y);
        }

        // A single rectified unit may be off from the start.
        Assert.True(stepper.Bits.Length <= 8 * 8 || States().ContainsAnyExcept(T.Zero), "There is nothing to decay.");
        for (int t = 0; t < (typeof(T) == typeof(float) ? 600 : 2500); t++)
        {
            stepper.Step(_model, 0, silence, y);
            foreach (T value in States())
            {
                Assert.False(T.IsSubnormal(value), $"A state is {value:r} after {t + 1} steps of silence.");
            }
        }

        // What a pooling keeps of the sound before is meant to stay: it lies behind the states of the cells.
        int size = Convert.ToInt32(Constant("StateSize"), null);
        int pooled = _reference.Layers.Sum(layer => layer switch { PoolingLayer<double> => layer.OutputSize + 1, AttentionPoolingLayer<double> => layer.OutputSize + 2, _ => 0 });
        Assert.All(States()[..(size - pooled)].ToArray(), value => Assert.Equal(T.Zero, value));
        Assert.All(States()[size..].ToArray(), value => Assert.Equal(T.Zero, value));
        ReadOnlySpan<T> States() => MemoryMarshal.Cast<byte, T>(stepper.Bits);
    }

    public override void StepManyRefusesWhatIsWrong()
    {
        const int Streams = 5;
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Streams + 1);
        var stepper = Stepper<TModel, T, TInput>.Make();
        stepper.ResetMany(Streams);
        T[] y = new T[(Streams + 1) * OutputSize];
        stepper.StepMany(_model, batch.Inputs.AsSpan(0, Streams * batch.StepSize), y.AsSpan(0, Streams * OutputSize));
        byte[] before = stepper.Bits.ToArray();
        T[] outputs = [.. y];

        TInput[] inputs = batch.Inputs;
        Refuses("inputs", () => stepper.StepMany(_model, inputs, y.AsSpan(0, Streams * OutputSize)));
        Refuses("room", () => stepper.StepMany(_model, inputs.AsSpan(0, Streams * batch.StepSize), y));
        Refuses("inputs", () => stepper.StepMany(_model, inputs.AsSpan(0, 2 * batch.StepSize), [1], y.AsSpan(0, OutputSize)));
        Refuses("room", () => stepper.StepMany(_model, inputs.AsSpan(0, 2 * batch.StepSize), [1, 2], y.AsSpan(0, OutputSize)));
        Refuses("Stream 5 is not there", () => stepper.StepMany(_model, inputs.AsSpan(0, 2 * batch.StepSize), [1, 5], y.AsSpan(0, 2 * OutputSize)));
        Refuses("Stream -1 is not there", () => stepper.StepMany(_model, inputs.AsSpan(0, 2 * batch.StepSize), [-1, 2], y.AsSpan(0, 2 * OutputSize)));
        Refuses("Stream 3 is named twice", () => stepper.StepMany(_model, inputs.AsSpan(0, 3 * batch.StepSize), [3, 1, 3], y.AsSpan(0, 3 * OutputSize)));
        if (inputs is int[] tokens)
        {
            foreach (int wrong in new[] { -1, Info.Vocabulary })
            {
                tokens[1] = wrong;
                Refuses($"Token {wrong}", () => stepper.StepMany(_model, inputs.AsSpan(0, 2 * batch.StepSize), [1, 2], y.AsSpan(0, 2 * OutputSize)));
            }
        }

        void Refuses(string message, Action call)
        {
            Assert.Contains(message, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
            Assert.True(stepper.Bits.SequenceEqual(before), $"A refused call ({message}) changed a state.");
            AssertSameBits("outputs after a refused call", outputs, y);
        }
    }
}
