namespace FastSeq.Generators.Emit;

/// <summary>
/// The names of the members that are written into a model's class. A user's member of one of these names is diagnostic FSQ022, a class of one of these names FSQ034;
/// so the list must hold every member that <see cref="ModelEmitter"/> declares in the model's own scope (a test compares).
/// </summary>
internal static class EmittedMembers
{
    /// <summary>The field that holds the parameters.</summary>
    public const string Buffer = "parameterBuffer";

    /// <summary>The field that holds the state that sequences begin with.</summary>
    public const string Rest = "restState";

    /// <summary>The field that holds the packed weights of a quantised model.</summary>
    public const string PackedWeights = "packedWeights";

    /// <summary>The field that holds the tables of input sums of a quantised model.</summary>
    public const string TokenSums = "tokenSums";

    /// <summary>The type that takes the arguments of a quantised model's step to its scratch memory.</summary>
    public const string StepCall = "StepCall";

    // Those of quantised models are reserved in all, so that another format of weights never makes a user's member collide.
    public static readonly string[] All =
    [
        "ParameterCount", "InputSize", "OutputSize", "StateSize", "FlopsPerStep",
        "ModelInfo", "Parameters",
        "Create", "CreateRun", "NewRun", "CreateTrainingEngine",
        "Save", "Load", "LoadWeights",
        "Step", "StepMany", "StepStreams", "StepBlock", "State", "Run",
        "RestState", "SaveStates", "LoadStates",
        Buffer, Rest,
        "FromParameters", "InitialParameters", PackedWeights, TokenSums, StepCall, "StepInScratch",
    ];
}
