using System.Collections.Immutable;

namespace FastSeq;

/// <summary>The facts of a declared model, fixed when it was compiled.</summary>
public sealed class ModelInfo
{
    /// <summary>The name of the class.</summary>
    public required string Name { get; init; }

    /// <summary>The numbers in one time step; 1 for a model of tokens.</summary>
    public required int InputSize { get; init; }

    /// <summary>The numbers in one output.</summary>
    public required int OutputSize { get; init; }

    /// <summary>How many tokens there are, or 0 for a model of features.</summary>
    public int Vocabulary { get; init; }

    /// <summary>The features that hold token numbers, of each of which an embedding has a row.</summary>
    public ImmutableArray<TokenColumn> TokenColumns { get; init; } = [];

    /// <summary>Whether there is one output a sequence instead of one a time step.</summary>
    public required bool LastStepOnly { get; init; }

    /// <summary>The convolutions that give another number of time steps than they read, in order.</summary>
    public ImmutableArray<ConvolutionShape> TimeChanges { get; init; } = [];

    /// <summary>The loss with its options.</summary>
    public required LossFunction Loss { get; init; }

    /// <summary>The numbers in a target row; 1 where targets are class numbers.</summary>
    public int TargetSize => Loss.TargetSize(OutputSize);

    /// <summary>Whether the model can stream: each output depends on the time steps up to its own alone. (With a stride not every time step has one.)</summary>
    public bool IsStreaming { get; init; } = true;

    /// <summary>Why sequences cannot be cut into windows of time steps for training, in words that follow the model's name; null where they can.</summary>
    internal string? WindowsRefusal => LastStepOnly ? "has one output a sequence"
        : Loss.AlignsTargets ? "has targets of whole sequences"
        : !TimeChanges.IsEmpty ? "has another number of outputs than time steps"
        : !IsStreaming ? "gives outputs that depend on later time steps"
        : null;

    /// <summary>The number type that the model computes in.</summary>
    public Precision Precision { get; init; }

    /// <summary>How the model keeps its weights; files always hold them as numbers of <see cref="Precision"/>.</summary>
    public WeightFormat Weights { get; init; }

    /// <summary>The layers, one description each, in order.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>The parameters, in the order of PyTorch's <c>state_dict</c>.</summary>
    public required ImmutableArray<ParameterInfo> Parameters { get; init; }

    /// <summary>What the state of a stream consists of: where each value of each recurrent layer lies in the model's <c>State</c>.</summary>
    public ImmutableArray<StateInfo> States { get; init; } = [];

    /// <summary>The elements of the flat buffer: all parameters and the padding between them.</summary>
    public required int BufferLength { get; init; }

    /// <summary>The floating-point operations of one time step of one sequence.</summary>
    public long FlopsPerStep { get; init; }

    /// <summary>The time steps that the outputs of a sequence have, where there is one output a time step: as many as the sequence unless a convolution changes their number.</summary>
    /// <param name="timeSteps">The time steps of the sequence, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeSteps"/> is below 0.</exception>
    public int OutputSteps(int timeSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeSteps);
        foreach (ConvolutionShape convolution in TimeChanges) timeSteps = convolution.OutputSteps(timeSteps);
        return timeSteps;
    }

    /// <summary>What a row of outputs or of targets is of, for messages.</summary>
    internal string OutputRowName => LastStepOnly ? "sequence" : TimeChanges.IsEmpty ? "time step" : "time step of the outputs";

    /// <summary>The number of trained numbers.</summary>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            foreach (ParameterInfo parameter in Parameters) count += parameter.Count;
            return count;
        }
    }

    /// <summary>The names of the parameters, for messages.</summary>
    internal string ParameterNames
    {
        get
        {
            var names = new List<string>();
            foreach (ParameterInfo parameter in Parameters) names.Add(parameter.Name);
            return string.Join(", ", names);
        }
    }

    /// <summary>The parameter with a name; an error where there is none.</summary>
    public ParameterInfo Parameter(string name)
    {
        foreach (ParameterInfo parameter in Parameters)
        {
            if (parameter.Name == name) return parameter;
        }

        throw new ArgumentException($"{Name} has no parameter '{name}'; it has {ParameterNames}.", nameof(name));
    }

    /// <summary>The name, the layers and the number of parameters.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Name}: {string.Join(", ", Layers)}; {ParameterCount:N0} parameters, {(Precision == Precision.Double ? "double" : "single")} precision{(Weights == WeightFormat.Float32 ? "" : $", {Weights} weights")}");
}
