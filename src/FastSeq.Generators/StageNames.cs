namespace FastSeq.Generators;

/// <summary>The tracking names of the stages, by which tests see what ran again.</summary>
internal static class StageNames
{
    /// <summary>Declarations as read, with their diagnostics.</summary>
    public const string Read = nameof(Read);

    /// <summary>The specs of the valid declarations alone: a moved line changes what was read, but not these.</summary>
    public const string Spec = nameof(Spec);

    public const string Plan = nameof(Plan);

    public const string Emit = nameof(Emit);

    /// <summary>Diagnostics with their places, on their way to the compiler and not to source.</summary>
    public const string Report = nameof(Report);

    public static readonly string[] All = [Read, Spec, Plan, Emit, Report];
}
