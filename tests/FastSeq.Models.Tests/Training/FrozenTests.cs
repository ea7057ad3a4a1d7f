using System.Numerics;
using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Training;

public sealed class FrozenTests
{
    public static TheoryData<string> Optimizers => ["Sgd", "Adam", "AdamW"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void FrozenBelow_KeepsItsBits(string optimizer) => Check<FrozenBelow, float, int>(new FrozenBelow(seed: 1), optimizer, 3);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void FrozenBetween_KeepsItsBits(string optimizer) => Check<FrozenBetween, float, float>(new FrozenBetween(seed: 1), optimizer, 0.5f);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void FrozenAbove_KeepsItsBits(string optimizer) => Check<FrozenAbove, double, double>(new FrozenAbove(seed: 1), optimizer, 0.5);

    // Weight decay and momentum move what has no gradient; a frozen parameter stays, to the last bit, and everything else is moved.
    private static void Check<TModel, T, TTarget>(TModel model, string optimizer, TTarget target)
        where TModel : class, ISequenceModel<TModel, T, int, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        T[] before = model.Parameters.ToArray();
        Optimizer moves = optimizer switch
        {
            "Sgd" => new Sgd(0.1, 0.9, weightDecay: 0.1),
            "Adam" => new Adam(0.1, weightDecay: 0.1),
            _ => new AdamW(0.1, weightDecay: 0.1),
        };
        using SequenceRun<T, int, TTarget> run = model.NewRun(2, 3, 1);
        int rows = model.Info.LastStepOnly ? 2 : 6;
        TTarget[] all = [.. Enumerable.Repeat(target, rows * model.Info.TargetSize)];
        double sum = 0;
        for (int step = 0; step < 3; step++)
        {
            run.Forward(new SequenceBatch<int, TTarget>([1, 2, 3, 4, 5, 6], [3, 3], all), training: true);
            run.Backward();
            double norm = run.Update(moves, maxNorm: 0.01);
            sum = 0;
            foreach (ParameterInfo parameter in model.Info.Parameters)
            {
                var gradient = new T[parameter.Count];
                parameter.CopyTo<T>(run.Gradients, gradient);
                Assert.True(!parameter.IsFrozen || gradient.All(T.IsZero), parameter.Name);
                sum += gradient.Sum(g => double.CreateChecked(g * g));
            }

            Assert.Equal(Math.Sqrt(sum), norm, 1e-6 * norm);
        }

        Assert.True(sum > 0);
        Assert.Contains(model.Info.Parameters, parameter => parameter.IsFrozen);
        foreach (ParameterInfo parameter in model.Info.Parameters)
        {
            T[] old = new T[parameter.Count], now = new T[parameter.Count];
            parameter.CopyTo<T>(before, old);
            parameter.CopyTo<T>(model.Parameters, now);
            Assert.Equal(parameter.IsFrozen, old.SequenceEqual(now));
        }
    }
}
