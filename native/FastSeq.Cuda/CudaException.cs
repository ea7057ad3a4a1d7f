namespace FastSeq.Cuda;

/// <summary>A library of CUDA refused a call.</summary>
/// <param name="library">The library, for people: the CUDA driver, cuBLAS or NVRTC.</param>
/// <param name="function">The function that was called.</param>
/// <param name="status">What it returned.</param>
/// <param name="text">What the library itself says about that.</param>
public sealed class CudaException(string library, string function, int status, string text)
    : Exception($"{library}: {function} failed with status {status}: {text}")
{
    /// <summary>The library, for people: the CUDA driver, cuBLAS or NVRTC.</summary>
    public string Library { get; } = library;

    /// <summary>The function that was called.</summary>
    public string Function { get; } = function;

    /// <summary>What it returned; the header of the library names it.</summary>
    public int Status { get; } = status;

    /// <summary>The function in the text of a call.</summary>
    internal static string FunctionOf(string call)
    {
        int end = call.IndexOf('(');
        return (end < 0 ? call : call[..end]).Split('.')[^1];
    }
}
