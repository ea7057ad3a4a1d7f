using System.Diagnostics;
using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary>A declared model that is timed in any batch.</summary>
abstract class TimedModel
{
    /// <summary>The features of a time step, of all timed models.</summary>
    public const int Features = 64;

    /// <summary>The facts of the model.</summary>
    public abstract ModelInfo Info { get; }

    /// <summary>Makes what trains it.</summary>
    /// <param name="batch">The sequences of a step.</param>
    /// <param name="timeSteps">Their time steps.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <param name="threads">The threads of the processor.</param>
    public abstract TimedRun Training(int batch, int timeSteps, ISequenceDevice? device, int threads);

    /// <summary>Makes what predicts with it.</summary>
    /// <inheritdoc cref="Training"/>
    public abstract TimedRun Inference(int batch, int timeSteps, ISequenceDevice? device, int threads);
}

/// <summary>Work that is done again and again.</summary>
abstract class TimedRun : IDisposable
{
    /// <summary>Does some steps that do not count, then some that do.</summary>
    /// <returns>The seconds of a step.</returns>
    public abstract double Round(int warmUp, int steps);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <inheritdoc/>
sealed class TimedModel<TModel> : TimedModel
    where TModel : class, ISequenceModel<TModel, float, float, float>
{
    // So many different sequences: batches hold them again and again.
    const int Sequences = 16;

    public override ModelInfo Info => TModel.ModelInfo;

    public override TimedRun Training(int batch, int timeSteps, ISequenceDevice? device, int threads) => new TrainingRun(batch, timeSteps, device, threads);

    public override TimedRun Inference(int batch, int timeSteps, ISequenceDevice? device, int threads) => new InferenceRun(batch, timeSteps, device, threads);

    static float[][] Numbers(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Sequences).Select(_ => Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
    }

    /// <summary>A trainer, batch after batch of an epoch: what users of trainers get, from reading the batch to the optimizer.</summary>
    sealed class TrainingRun : TimedRun
    {
        readonly Trainer<TModel> trainer;
        readonly float[][] inputs, targets;
        readonly int batch;
        int first, last;
        long started, ended;

        public TrainingRun(int batch, int timeSteps, ISequenceDevice? device, int threads)
        {
            this.batch = batch;
            inputs = Numbers(timeSteps * Features, seed: 1);
            targets = Numbers(TModel.ModelInfo.OutputSize, seed: 2);
            trainer = new Trainer<TModel>(TModel.Create(seed: 1), new TrainerOptions { Optimizer = new Adam(1e-4), BatchSize = batch, Device = device, Threads = threads, Progress = Tick });
        }

        public override double Round(int warmUp, int steps)
        {
            (first, last) = (warmUp, warmUp + steps);
            var data = new ArrayDataset<float, float>(
                [.. Enumerable.Range(0, last * batch).Select(i => inputs[i % Sequences])], [.. Enumerable.Range(0, last * batch).Select(i => targets[i % Sequences])], Features);
            foreach (EpochReport report in trainer.Fit(data, epochs: 1))
            {
                if (!double.IsFinite(report.Loss)) throw new BenchException($"The loss is {report.Loss}.");
            }

            return Stopwatch.GetElapsedTime(started, ended).TotalSeconds / steps;
        }

        public override void Dispose() => trainer.Dispose();

        // What is still under way at the first of the two ends is so at the second, too.
        void Tick(TrainingProgress progress)
        {
            if (progress.Batch == first) started = Stopwatch.GetTimestamp();
            if (progress.Batch == last) ended = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Predictions from memory of the processor to memory of the processor.</summary>
    sealed class InferenceRun : TimedRun
    {
        readonly SequenceRun<float, float, float> run;
        readonly float[] inputs, outputs;
        readonly int[] lengths;

        public InferenceRun(int batch, int timeSteps, ISequenceDevice? device, int threads)
        {
            float[][] numbers = Numbers(timeSteps * Features, seed: 1);
            inputs = [.. Enumerable.Range(0, batch).SelectMany(i => numbers[i % Sequences])];
            lengths = [.. Enumerable.Repeat(timeSteps, batch)];
            outputs = new float[batch * TModel.ModelInfo.OutputSize];
            run = TModel.Create(seed: 1).NewRun(batch, timeSteps, threads, device: device);
        }

        public override double Round(int warmUp, int steps)
        {
            for (int step = 0; step < warmUp; step++) run.Predict(inputs, lengths, outputs);
            long started = Stopwatch.GetTimestamp();
            for (int step = 0; step < steps; step++) run.Predict(inputs, lengths, outputs);
            return Stopwatch.GetElapsedTime(started).TotalSeconds / steps;
        }

        public override void Dispose() => run.Dispose();
    }
}
