using System.Reflection;

namespace FastSeq.Tests.Equivalence;

/// <summary>What every emitted model must hold, whatever its types; see <see cref="ModelCheck{TModel, T, TInput, TTarget}"/>.</summary>
public abstract class ModelCheck
{
    /// <summary>Every model that this assembly declares and that learns.</summary>
    public static IReadOnlyList<Type> AllModels { get; } =
    [
        .. typeof(ModelCheck).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<SequenceModelAttribute>() is { Weights: WeightFormat.Float32 } && !type.ContainsGenericParameters),
        typeof(Models.Outer<int>.Middle.Nested),
    ];

    /// <summary>The check of a model by its name among <see cref="AllModels"/>.</summary>
    public static ModelCheck Of(string name) => Of(AllModels.Single(type => type.Name == name));

    /// <summary>The check of a model.</summary>
    public static ModelCheck Of(Type model)
    {
        Type self = model.GetInterfaces().Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ISequenceModel<,,,>));
        return (ModelCheck)Activator.CreateInstance(typeof(ModelCheck<,,,>).MakeGenericType(self.GenericTypeArguments))!;
    }

    public abstract void ParametersFillTheBufferOnce();

    public abstract void StepMatchesReference();

    public abstract void StepManyMatchesStep();

    public abstract void StepManyRefusesWhatIsWrong();

    public abstract void StatesDecayToZeroWithoutDenormals();

    public abstract void PredictMatchesReferenceAndStep();

    public abstract void ForwardAndBackwardMatchReference();

    public abstract void DropoutChangesWithTheIteration();

    public abstract void ThreadsDoNotChangeABit();

    public abstract void NothingIsAllocated();

    public abstract void GradientsMatchCentralDifferences();
}
