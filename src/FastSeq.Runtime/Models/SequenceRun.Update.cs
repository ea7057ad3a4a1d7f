namespace FastSeq;

/// <content>The end of a training step, and its parts, which a run whose parameters, gradients and moments live on a device overrides.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Clips the <see cref="Gradients"/> by their norm and moves the model's parameters against them, on the threads of the run: the end of a training step.</summary>
    /// <param name="optimizer">Moves the parameters. Its first step allocates the moments; later ones allocate nothing.</param>
    /// <param name="maxNorm">The largest norm, above 0: gradients of a larger one count scaled down to it (<see cref="Gradients"/> itself stays). Null for no clipping.</param>
    /// <remarks>It takes <see cref="Gradients"/> as they are: those of the last <see cref="Backward()"/>, or what the caller made of them.</remarks>
    /// <returns>The norm of the gradients before clipping.</returns>
    /// <exception cref="InvalidOperationException">The norm is not finite: the parameters stay as they are.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not above 0.</exception>
    /// <exception cref="ArgumentException"><see cref="Optimizer.WithoutDecay"/> names a parameter that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">The norm of the gradients is not finite, or the optimizer belongs to a model of other layers.</exception>
    public double Update(Optimizer optimizer, double? maxNorm = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (maxNorm is { } most && !(most > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), most, "Must be above 0.");
        }

        double norm = GradientNorm();
        if (!double.IsFinite(norm))
        {
            throw new InvalidOperationException($"The norm of the gradients is {norm}: the parameters stay as they are. A lower learning rate, clipping or scaled inputs may help.");
        }

        ParameterGroups.Show(Info, optimizer);
        UpdateParameters(optimizer, norm, maxNorm, maxValue: null);
        SyncParameters();
        return norm;
    }

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
