namespace FastSeq;

/// <summary>The formulas of optimizers.</summary>
enum UpdateFormula
{
    /// <summary>p -= rate·g.</summary>
    Descent,

    /// <summary>m = momentum·m + g, p -= rate·m or, with Nesterov, rate·(g + momentum·m).</summary>
    Momentum,

    /// <summary>Adam's, which is also that of AdamW.</summary>
    Adam,
}

/// <summary>An optimizer's step in numbers, for devices, which compute it as the processor does.</summary>
readonly record struct UpdateRule
{
    /// <summary>The formula.</summary>
    public required UpdateFormula Formula { get; init; }

    /// <summary>The length of the step; Adam's with the correction of its first moment.</summary>
    public required double Rate { get; init; }

    /// <summary>What parameters that decay are multiplied by before the step.</summary>
    public double Shrink { get; init; }

    /// <summary>The share of each parameter that decays that is added to its gradient.</summary>
    public required double Decay { get; init; }

    /// <summary>The share of the first moment that is kept: momentum, beta1.</summary>
    public double Keep1 { get; init; }

    /// <summary>The share of the second moment that is kept: beta2.</summary>
    public double Keep2 { get; init; }

    /// <summary>What the root of the second moment is multiplied by: its correction.</summary>
    public double RootScale { get; init; }

    /// <summary>Keeps Adam's step small where gradients vanish.</summary>
    public double Epsilon { get; init; }

    /// <summary>Whether the step looks ahead.</summary>
    public bool Nesterov { get; init; }
}
