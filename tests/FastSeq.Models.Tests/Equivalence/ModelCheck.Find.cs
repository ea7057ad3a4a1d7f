using System.Reflection;

namespace FastSeq.Tests.Equivalence;

/// <summary>Finds the models of this assembly and makes their checks, by reflection.</summary>
public abstract partial class ModelCheck
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
}
