namespace FastSeq;

/// <summary>A dataset does not fit the model. The message names the sequence and what was expected and found.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes the exception.</summary>
    public DatasetException(string message)
        : base(message)
    {
    }
}
