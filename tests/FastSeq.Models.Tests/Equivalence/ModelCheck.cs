namespace FastSeq.Tests.Equivalence;

/// <summary>What every emitted model must hold, whatever its types; see <see cref="ModelCheck{TModel, T, TInput, TTarget}"/>.</summary>
public abstract partial class ModelCheck
{
    /// <summary>What the layers may magnify roundings by; 1 for declared models.</summary>
    public double Magnification { get; set; } = 1;

    public abstract bool ReadsTokens { get; }

    /// <summary>Whether the model has a <c>Step</c>: every layer reads forward.</summary>
    public abstract bool Streams { get; }

    /// <summary>Whether the sequences of a large batch lie bundle by bundle.</summary>
    public abstract bool LiesByBundle { get; }

    public abstract void ParametersFillTheBufferOnce();

    public abstract void StepMatchesReference();

    public abstract void StepManyMatchesStep();

    public abstract void StepManyRefusesWhatIsWrong();

    public abstract void StatesDecayToZeroWithoutDenormals();

    public abstract void PredictMatchesReferenceAndStep();

    public abstract void LayoutsDoNotChangeABit();

    public abstract void StatesMatchReference();

    public abstract void ForwardAndBackwardMatchReference();

    public abstract void DropoutChangesWithTheIteration();

    public abstract void ThreadsDoNotChangeABit();

    public abstract void TrainersAgree();

    public abstract void NothingIsAllocated();

    public abstract void DeviceMatchesProcessor();

    public abstract void DeviceTrainsAsProcessor();

    public abstract void GradientsMatchCentralDifferences();

    public abstract void BundlesMatchReference();

    public abstract void LayoutsOfBundlesDoNotChangeABit();

    public abstract void NothingIsAllocatedForBundles();

    public abstract void WindowsOfBundlesEvaluateTheWhole();
}
