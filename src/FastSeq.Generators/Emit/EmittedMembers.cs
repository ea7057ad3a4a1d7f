namespace FastSeq.Generators.Emit;

/// <summary>
/// The names of the members that are written into a model's class. A user's member of one of these names is diagnostic FSQ022, a class of one of these names FSQ034;
/// so the list must hold every member that <see cref="ModelEmitter"/> declares in the model's own scope (a test compares).
/// What a user never calls belongs into the nested type <see cref="Implementation"/>, so that the list stays short.
/// </summary>
internal static class EmittedMembers
{
    public const string Implementation = "Generated";

    public static readonly string[] All =
    [
        "ParameterCount", "InputSize", "OutputSize", "FlopsPerStep",
        "Info", "ModelInfo", "Parameters",
        "Create", "CreateRun", "NewRun", "CreateTrainingEngine",
        "Save", "Load", "LoadWeights",
        "Step", "State", "Run",
        Implementation,
    ];
}
