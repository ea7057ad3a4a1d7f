namespace FastSeq.Generators.Emit;

/// <summary>
/// The names of the members that are written into a model's class. A user's member of one of these names is diagnostic FSQ022, a class of one of these names FSQ034;
/// so the list must hold every member that <see cref="ModelEmitter"/> declares in the model's own scope (a test compares).
/// </summary>
internal static class EmittedMembers
{
    /// <summary>The field that holds the parameters.</summary>
    public const string Buffer = "parameterBuffer";

    public static readonly string[] All =
    [
        "ParameterCount", "InputSize", "OutputSize", "StateSize", "FlopsPerStep",
        "ModelInfo", "Parameters",
        "Create", "CreateRun", "NewRun", "CreateTrainingEngine",
        "Save", "Load", "LoadWeights",
        "Step", "State", "Run",
        Buffer,
    ];
}
