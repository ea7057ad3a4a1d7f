using System.Numerics;
using FastSeq.Cuda.Tests.Support;
using FastSeq.Tests;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>Training steps by run.Update on a device follow those of the processor.</summary>
public sealed class UpdateTests : CudaTest
{
    const int Sequences = 6, Steps = 200;

    static readonly Batch<float, float> s_means = Data.BatchOf(Data.Means(Sequences), 3);
    static readonly Batch<int, int> s_tags = Data.BatchOf(Data.Tags(Sequences), 1), s_ends = Data.BatchOf(Data.Ends(Sequences), 1);

    public static TheoryData<string> Optimizers =>
        ["sgd", "sgd decay", "momentum", "nesterov", "nesterov decay", "adam", "adam decay", "adamw", "adamw vectors", "adamw names"];

    static Optimizer Make(string name) => name switch
    {
        "sgd" => new Sgd(0.05),
        "sgd decay" => new Sgd(0.05, weightDecay: 0.02),
        "momentum" => new Sgd(0.02, momentum: 0.8),
        "nesterov" => new Sgd(0.02, momentum: 0.8, nesterov: true),
        "nesterov decay" => new Sgd(0.02, momentum: 0.8, nesterov: true, weightDecay: 0.02) { DecaysVectors = false },
        "adam" => new Adam(0.003),
        "adam decay" => new Adam(0.003, 0.8, 0.95, 1e-6, weightDecay: 0.02) { DecaysVectors = false },
        "adamw" => new AdamW(0.003),
        "adamw slow" => new AdamW(0.001),
        "adamw vectors" => new AdamW(0.003, weightDecay: 0.3) { DecaysVectors = false },
        _ => new AdamW(0.003, weightDecay: 0.3) { WithoutDecay = ["linear.weight"] },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Floats_FollowTheProcessor(string optimizer) => Compare<Meter, float, float, float>(() => Make(optimizer), s_means, null, 1e-4);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Doubles_FollowTheProcessor(string optimizer) => Compare<Tagger, double, int, int>(() => Make(optimizer), s_tags, null, 1e-9);

    [Theory]
    [InlineData("momentum")]
    [InlineData("adamw slow")]
    public void ClippedNorms_FollowTheProcessor(string optimizer)
    {
        Compare<Meter, float, float, float>(() => Make(optimizer), s_means, 0.05, 1e-4);
        Compare<Tagger, double, int, int>(() => Make(optimizer), s_tags, 0.05, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void FrozenLayers_KeepTheirBits(string optimizer)
    {
        Adapted before = Adapted.Create(seed: 1), after = Compare<Adapted, float, int, int>(() => Make(optimizer), s_ends, 0.5, 1e-4);
        foreach (ParameterInfo parameter in Adapted.ModelInfo.Parameters)
        {
            float[] old = new float[parameter.Count], now = new float[parameter.Count];
            parameter.CopyTo<float>(before.Parameters, old);
            parameter.CopyTo<float>(after.Parameters, now);
            Assert.Equal(parameter.IsFrozen, old.AsSpan().SequenceEqual(now));
        }
    }

    [Fact]
    public void GradientsThatTheCallerChanges_Count()
    {
        Compare<Meter, float, float, float>(() => Make("momentum"), s_means, 0.3, 1e-4, run => run.Gradients[3] = 0.25f);
        Compare<Tagger, double, int, int>(() => Make("adam"), s_tags, null, 1e-9, run => run.Gradients[..20].Clear());
    }

    [Fact]
    public void GradientsWithoutBackward_Count()
    {
        Meter model = Meter.Create(seed: 1);
        float before = model.Parameters[0];
        using SequenceRun<float, float, float> device = model.CreateRun(1, 1, CudaDevice.Default);
        device.Gradients[0] = 2;
        Assert.Equal(2, device.Update(new Sgd(0.5)), 1e-6);
        Assert.Equal(before - 1, model.Parameters[0], 1e-6);
    }

    [Fact]
    public void ParametersThatTheCallerChanges_Count()
    {
        // Between forward and update, and after it.
        Compare<Meter, float, float, float>(() => Make("adamw"), s_means, null, 1e-4, between: parameters => parameters[5] *= 0.9f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void GradientsThatAreNotFinite_LeaveTheParameters(float number)
    {
        Meter model = Meter.Create(seed: 1);
        float[] before = model.Parameters.ToArray();
        using SequenceRun<float, float, float> run = model.CreateRun(Sequences, 7, CudaDevice.Default);
        run.Forward(s_means.Sequences, training: true);
        run.Backward();
        run.Gradients[7] = number;
        var rule = new Adam();
        Assert.StartsWith($"The norm of the gradients is {(double)number}: the parameters stay as they are.", Assert.Throws<InvalidOperationException>(() => run.Update(rule)).Message);
        Assert.Equal(before, model.Parameters.ToArray());
        Assert.Equal(0, rule.Steps);
    }

    [Fact]
    public void Moments_GoWithTheOptimizer()
    {
        // Run to run, to the processor and back, and to a run that is larger; a reset forgets them.
        foreach (string name in new[] { "momentum", "adamw vectors" })
        {
            Agree(Walk(name, null), Walk(name, CudaDevice.Default));
        }

        static void Agree(float[] expected, float[] actual) => Data.Agree<float>(expected, actual, 1e-4);

        static float[] Walk(string name, ISequenceDevice? device)
        {
            Meter model = Meter.Create(seed: 1);
            Optimizer rule = Make(name), other = Make("adam");
            using SequenceRun<float, float, float> first = NewRun(model, 7, device), second = NewRun(model, 9, null), third = NewRun(model, 8, device);
            Train(first, rule, 5);
            Train(second, rule, 3);
            Train(first, rule, 2);
            Train(first, other, 2);
            Train(third, rule, 4);
            third.Dispose();
            rule.Step(model.Parameters, second.Gradients);
            Train(first, other, 3);
            Train(first, rule, 2);
            other.Reset();
            Train(first, other, 2);
            rule.Reset();
            Train(first, rule, 2);
            rule.Reset();
            Train(first, rule, 2);
            return model.Parameters.ToArray();
        }

        static SequenceRun<float, float, float> NewRun(ISequenceModel<Meter, float, float, float> model, int maxTimeSteps, ISequenceDevice? device) =>
            model.NewRun(Sequences, maxTimeSteps, 1, device: device);

        static void Train(SequenceRun<float, float, float> run, Optimizer rule, int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                run.Forward(s_means.Sequences, training: true);
                run.Backward();
                run.Update(rule);
            }
        }
    }

    [Fact]
    public void Steps_AllocateNothing()
    {
        using SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(Sequences, 7, CudaDevice.Default);
        var rule = new AdamW { DecaysVectors = false };
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int step = 0; step < 50; step++)
            {
                run.Forward(s_means.Sequences, training: true);
                run.Backward();
                run.Update(rule, maxNorm: 1);
            }
        }));
    }

    static TModel Compare<TModel, T, TInput, TTarget>(
        Func<Optimizer> optimizer, Batch<TInput, TTarget> batch, double? maxNorm, double tolerance, Action<SequenceRun<T, TInput, TTarget>>? change = null, Action<T[]>? between = null)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        TModel expected = TModel.Create(seed: 1), actual = TModel.Create(seed: 1);
        Optimizer ofExpected = optimizer(), ofActual = optimizer();
        using SequenceRun<T, TInput, TTarget> processor = expected.NewRun(Sequences, 7, 1), device = actual.NewRun(Sequences, 7, 1, device: CudaDevice.Default);
        processor.DropoutSeed = device.DropoutSeed = 5;
        double firstLoss = 0, firstNorm = 0;
        for (int step = 0; step < Steps; step++)
        {
            (double loss, double norm) = Step(processor, expected, ofExpected);
            (double lossThere, double normThere) = Step(device, actual, ofActual);
            (firstLoss, firstNorm) = step == 0 ? (loss, norm) : (firstLoss, firstNorm);

            // Relative to the loss, or to a hundredth of the first one where less is left.
            Data.Agree<double>([loss, firstLoss / 100], [lossThere, firstLoss / 100], tolerance);
            Data.Agree<double>([norm, firstNorm / 10], [normThere, firstNorm / 10], 10 * tolerance);
        }

        Data.Agree<T>(expected.Parameters, actual.Parameters, 10 * tolerance);
        Assert.Equal(Steps, ofActual.Steps);
        return actual;

        (double Loss, double Norm) Step(SequenceRun<T, TInput, TTarget> run, TModel model, Optimizer rule)
        {
            double loss = double.CreateChecked(run.Forward(batch.Sequences, training: true));
            run.Backward();
            change?.Invoke(run);
            Change();
            double norm = run.Update(rule, maxNorm);
            Change();
            return (loss, norm);

            void Change()
            {
                if (between is null) return;
                T[] parameters = model.Parameters.ToArray();
                between(parameters);
                parameters.CopyTo(model.Parameters);
            }
        }
    }
}
