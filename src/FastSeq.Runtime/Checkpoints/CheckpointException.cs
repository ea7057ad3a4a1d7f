namespace FastSeq;

/// <summary>A checkpoint cannot be read into a model. The message names the file, the tensor, and what was expected and found; the model is as it was.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CheckpointException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
