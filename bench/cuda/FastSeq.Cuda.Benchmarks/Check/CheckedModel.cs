using System.Numerics;

namespace FastSeq.Cuda.Benchmarks.Check;

/// <summary>A declared model that is computed on the device and on the processor.</summary>
abstract class CheckedModel
{
    /// <summary>The facts of the model.</summary>
    public abstract ModelInfo Info { get; }

    /// <summary>Compares the device with the processor.</summary>
    /// <param name="isShort">Whether small batches and few steps will do.</param>
    public abstract Differences Compare(bool isShort);
}

/// <summary>What differs, relative to the largest number of its kind.</summary>
/// <param name="Loss">The losses of the batches.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Gradients">The gradients, parameter by parameter.</param>
/// <param name="Training">The losses of training steps, relative to themselves.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Trainer">The losses and norms of a trainer's epochs, relative to themselves.</param>
/// <param name="Epochs">How many epochs.</param>
/// <param name="IsDouble">Whether the model computes in double.</param>
readonly record struct Differences(double Loss, double Outputs, double Gradients, double Training, int Steps, double Trainer, int Epochs, bool IsDouble)
{
    /// <summary>Whether they are roundings: sums run in another order on a device, and its exp and tanh are others.</summary>
    /// <param name="factor">Multiplies what may differ.</param>
    public bool AreRoundings(double factor)
    {
        double most = factor * (IsDouble ? 1e-11 : 1e-4);
        return Loss <= most && Outputs <= most && Gradients <= 5 * most && Training <= 10 * most && Trainer <= 10 * most;
    }
}

/// <inheritdoc/>
sealed partial class CheckedModel<TModel, T, TInput, TTarget> : CheckedModel
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    const int Sequences = 37, TimeSteps = 41;

    public override ModelInfo Info => TModel.ModelInfo;

    bool TakesEmpty => Info.Loss.Kind != LossKind.Ctc;

    public override Differences Compare(bool isShort)
    {
        int[] ragged = TakesEmpty ? [7, 1, 13, 0, 9] : [7, 4, 13, 2, 9];
        int[][] batches = isShort ? [ragged, [5, 5, 5]] : [ragged, [5, 5, 5], [3], [.. Enumerable.Range(0, Sequences).Select(i => 2 + (i * 29 % (TimeSteps - 1)))]];
        TModel model = TModel.Create(seed: 1);
        double loss = 0, outputs = 0, gradients = 0;
        using (SequenceRun<T, TInput, TTarget> processor = NewRun(model, null), device = NewRun(model, CudaDevice.Default))
        {
            foreach (int[] lengths in batches)
            {
                var data = new StepData<T, TInput, TTarget>(Info, lengths);
                foreach (bool training in new[] { true, false })
                {
                    T here = processor.Forward(data.Batch, training), there = device.Forward(data.Batch, training);
                    loss = Larger(loss, Difference([here], [there], 0));
                    outputs = Larger(outputs, Difference(processor.Outputs, device.Outputs, 0));
                    if (!training) continue;
                    processor.Backward();
                    device.Backward();
                    gradients = Larger(gradients, Gradients(processor.Gradients, device.Gradients));
                }
            }
        }

        int steps = isShort ? 10 : 200, epochs = isShort ? 3 : 30;
        return new Differences(loss, outputs, gradients, Training(ragged, steps), steps, WholeTraining(epochs), epochs, typeof(T) == typeof(double));
    }

    static SequenceRun<T, TInput, TTarget> NewRun(TModel model, ISequenceDevice? device)
    {
        SequenceRun<T, TInput, TTarget> run = model.NewRun(Sequences, TimeSteps, 1, device: device);
        run.DropoutSeed = 3;
        return run;
    }

    double Training(int[] lengths, int steps)
    {
        var data = new StepData<T, TInput, TTarget>(Info, lengths);
        TModel here = TModel.Create(seed: 1), there = TModel.Create(seed: 1);
        using SequenceRun<T, TInput, TTarget> processor = NewRun(here, null), device = NewRun(there, CudaDevice.Default);
        Optimizer rule = new Adam(1e-3), ruleThere = new Adam(1e-3);
        double worst = 0, first = 0;
        for (int step = 0; step < steps; step++)
        {
            double loss = double.CreateChecked(processor.Forward(data.Batch, training: true)), lossThere = double.CreateChecked(device.Forward(data.Batch, training: true));
            first = step == 0 ? loss : first;

            // Relative to the loss, or to a hundredth of the first one where less is left.
            worst = Larger(worst, Math.Abs(loss - lossThere) / Math.Max(Math.Abs(loss), Math.Abs(first) / 100));
            processor.Backward();
            device.Backward();
            processor.Update(rule, maxNorm: 1);
            device.Update(ruleThere, maxNorm: 1);
        }

        return worst;
    }

    double Gradients(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
    {
        double worst = 0, largest = Largest(expected);
        foreach (ParameterInfo parameter in Info.Parameters)
        {
            T[] here = new T[parameter.Count], there = new T[parameter.Count];
            parameter.CopyTo(expected, here);
            parameter.CopyTo(actual, there);

            // Gradients that are nothing beside the others are sums that cancel out.
            worst = Larger(worst, Difference(here, there, largest / 1000));
        }

        return worst;
    }

    static double Difference(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, double least)
    {
        if (expected.Length != actual.Length) return double.PositiveInfinity;
        double worst = 0;
        for (int i = 0; i < expected.Length; i++) worst = Larger(worst, Math.Abs(double.CreateChecked(expected[i] - actual[i])));
        return worst == 0 ? 0 : worst / Math.Max(Largest(expected), least);
    }

    static double Largest(ReadOnlySpan<T> numbers)
    {
        double largest = 1e-30;
        foreach (T number in numbers) largest = Math.Max(largest, Math.Abs(double.CreateChecked(number)));
        return largest;
    }

    // What is no number is the largest difference there is.
    static double Larger(double one, double other) => double.IsNaN(other) || double.IsNaN(one) ? double.PositiveInfinity : Math.Max(one, other);
}
