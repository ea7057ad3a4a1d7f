using System.Diagnostics;
using System.Numerics;

namespace FastSeq.Cuda;

/// <summary>Measures steps of a model that is made for it, on a device and on the processor.</summary>
static class StepTimer
{
    const int MostSteps = 10;
    const double MostSeconds = 0.4;

    /// <summary>What a step takes by the wall clock.</summary>
    public static double Seconds(Action step, bool onDevice)
    {
        long start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Measures a model of a kind.</summary>
    /// <param name="device">The device.</param>
    /// <param name="work">What a step is.</param>
    /// <param name="size">Its sequences and time steps.</param>
    /// <param name="threads">The threads of the processor.</param>
    /// <param name="clock">Takes the time of a step, on the device or not.</param>
    /// <exception cref="NotSupportedException">The device does not compute the model.</exception>
    /// <exception cref="CudaException">The device fails, or has not enough memory.</exception>
    public static DeviceTimes Measure<TModel, T, TInput, TTarget>(ISequenceDevice device, DeviceWork work, StepSize size, int threads, Func<Action, bool, double> clock)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        // The caller's model, optimizer and counters have no part in it.
        var data = new StepData<T, TInput, TTarget>(TModel.ModelInfo, [.. Enumerable.Repeat(size.TimeSteps, size.Batch)]);
        return new DeviceTimes(Least(device), Least(null));

        double Least(ISequenceDevice? place)
        {
            using SequenceRun<T, TInput, TTarget> run = TModel.Create(seed: 0).NewRun(size.Batch, size.TimeSteps, place is null ? threads : 1, device: place);
            run.KeepsParameters = true;
            var optimizer = new Adam();
            ParameterGroups.Show(TModel.ModelInfo, optimizer);
            var outputs = work == DeviceWork.Prediction ? new T[data.OutputNumbers] : [];

            // The first step compiles, and takes memory.
            double total = clock(Step, place is not null), least = double.PositiveInfinity;
            for (int count = 0; count == 0 || (count < MostSteps && total < MostSeconds); count++)
            {
                double seconds = clock(Step, place is not null);
                (total, least) = (total + seconds, Math.Min(least, seconds));
            }

            return least;

            void Step()
            {
                if (work == DeviceWork.Prediction)
                {
                    run.Predict(data.Inputs, data.Lengths, outputs);
                    return;
                }

                // As in a trainer: what is still under way when it returns, the next step waits for.
                run.Forward(data.Batch, training: true);
                run.Backward();
                run.UpdateParameters(optimizer, run.GradientNorm(), maxNorm: null, maxValue: null);
            }
        }
    }
}
