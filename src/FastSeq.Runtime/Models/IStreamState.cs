using System.Numerics;

namespace FastSeq;

/// <summary>The state of one stream: <c>State</c> of a declared model, a plain value. So members of runs take the states of their model, wherever the run computes.</summary>
/// <typeparam name="T">What the model computes in.</typeparam>
public interface IStreamState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The facts of the model whose streams have such states.</summary>
    static abstract ModelInfo ModelInfo { get; }
}
