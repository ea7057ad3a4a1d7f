namespace FastSeq;

/// <summary>Ends training when the validation loss has stopped falling. However training ends, the model then has the weights of its best epoch.</summary>
public sealed class EarlyStopping
{
    /// <summary>Makes the rule.</summary>
    /// <param name="patience">How many epochs in a row may pass without a better validation loss.</param>
    /// <param name="minimumGain">By how much a loss must be lower to be better.</param>
    public EarlyStopping(int patience, double minimumGain = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minimumGain);
        Patience = patience;
        MinimumGain = minimumGain;
    }

    /// <summary>How many epochs in a row may pass without a better validation loss.</summary>
    public int Patience { get; }

    /// <summary>By how much a loss must be lower to be better.</summary>
    public double MinimumGain { get; }
}
