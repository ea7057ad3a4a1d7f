namespace FastSeq;

/// <content>The end of a training step in its parts. A run whose parameters, gradients and moments live on a device overrides them.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>
    /// Whether nobody but this run changes the model's parameters, unless <see cref="ForgetParameters"/> says so: then a device need not read them at every forward.
    /// </summary>
    internal bool KeepsParameters { get; set; }

    /// <summary>The gradients as the processor has them.</summary>
    private protected Span<T> HostGradients => gradients.Span;

    /// <summary>The norm of all gradients.</summary>
    internal virtual double GradientNorm() => ParameterUpdate.Norm();

    /// <summary>Clips the gradients and moves the parameters, which the model has after <see cref="SyncParameters"/>.</summary>
    /// <param name="optimizer">Moves the parameters; it has seen the model.</param>
    /// <param name="norm">The norm of the gradients.</param>
    /// <param name="maxNorm">The norm that they are scaled down to, if theirs is larger.</param>
    /// <param name="maxValue">Limits every gradient, after the norm.</param>
    internal virtual void UpdateParameters(Optimizer optimizer, double norm, double? maxNorm, double? maxValue) => ParameterUpdate.Step(optimizer, norm, maxNorm, maxValue);

    /// <summary>Gives the model the parameters, where those of the run are newer.</summary>
    internal virtual void SyncParameters()
    {
    }

    /// <summary>The model's parameters are others than those that the run has, which are of no use any more.</summary>
    internal virtual void ForgetParameters()
    {
    }

    /// <summary>Gives <see cref="HostGradients"/> the gradients, where those of the run are newer.</summary>
    private protected virtual void FetchGradients()
    {
    }
}
