using System.Diagnostics.CodeAnalysis;

namespace FastSeq;

/// <summary>The errors of a model's <c>Step</c>, thrown here so that the step itself stays small.</summary>
public static class StepErrors
{
    /// <summary>Throws the error of an input of the wrong length.</summary>
    [DoesNotReturn]
    public static void ThrowInput(int found, int expected) =>
        throw new ArgumentException($"The time step has {found} features; the model takes {expected}.", "x");

    /// <summary>Throws the error of an output of the wrong length.</summary>
    [DoesNotReturn]
    public static void ThrowOutput(int found, int expected) =>
        throw new ArgumentException($"There is room for {found} outputs; the model has {expected}.", "y");

    /// <summary>Throws the error of a token that is not in the vocabulary.</summary>
    [DoesNotReturn]
    public static void ThrowToken(int token, int vocabulary) =>
        throw new ArgumentException($"Token {token} is not in the vocabulary; tokens are 0 to {vocabulary - 1}.", nameof(token));
}
