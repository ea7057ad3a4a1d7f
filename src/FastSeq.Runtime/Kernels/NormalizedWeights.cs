using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>Where the weights and biases of a layer-normalised cell's normalisations lie.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct NormalizedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ref T InputWeight, InputBias, HiddenWeight, HiddenBias, CellWeight, CellBias;

    /// <summary>Those of a cell that normalises its input sums and its recurrent sums.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputWeight">The first element of the weight of the input sums' normalisation, of all gates.</param>
    /// <param name="inputBias">That of its bias.</param>
    /// <param name="hiddenWeight">The same of the recurrent sums.</param>
    /// <param name="hiddenBias">The same of the recurrent sums.</param>
    public NormalizedWeights(ref T parameters, int inputWeight, int inputBias, int hiddenWeight, int hiddenBias)
    {
        InputWeight = ref Unsafe.Add(ref parameters, inputWeight);
        InputBias = ref Unsafe.Add(ref parameters, inputBias);
        HiddenWeight = ref Unsafe.Add(ref parameters, hiddenWeight);
        HiddenBias = ref Unsafe.Add(ref parameters, hiddenBias);
    }

    /// <summary>Those of a cell that normalises c, too.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="inputWeight">The first element of the weight of the input sums' normalisation, of all gates.</param>
    /// <param name="inputBias">That of its bias.</param>
    /// <param name="hiddenWeight">The same of the recurrent sums.</param>
    /// <param name="hiddenBias">The same of the recurrent sums.</param>
    /// <param name="cellWeight">The same of c.</param>
    /// <param name="cellBias">The same of c.</param>
    public NormalizedWeights(ref T parameters, int inputWeight, int inputBias, int hiddenWeight, int hiddenBias, int cellWeight, int cellBias)
        : this(ref parameters, inputWeight, inputBias, hiddenWeight, hiddenBias)
    {
        CellWeight = ref Unsafe.Add(ref parameters, cellWeight);
        CellBias = ref Unsafe.Add(ref parameters, cellBias);
    }
}
