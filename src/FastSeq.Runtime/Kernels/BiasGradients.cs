using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The two biases of a recurrent layer whose gradients a weight's gradient adds up by the way: they are sums of the same rows of d, which are in the cache then.
/// </summary>
public readonly ref struct BiasGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int part, parts, inputSlot, inputGates, hiddenSlot, hiddenGates;
    private readonly ref T input, hidden;

    /// <summary>Names the biases; of their panels every <paramref name="parts"/>-th from <paramref name="part"/> on is added up.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="inputSlot">The slot of d that belongs to the first gate of the input bias.</param>
    /// <param name="inputGates">The gates of the input bias.</param>
    /// <param name="input">Added to: the gradient of the input bias.</param>
    /// <param name="hiddenSlot">The slot of d that belongs to the first gate of the recurrent bias.</param>
    /// <param name="hiddenGates">The gates of the recurrent bias.</param>
    /// <param name="hidden">Added to: the gradient of the recurrent bias.</param>
    public BiasGradients(int part, int parts, int inputSlot, int inputGates, ref T input, int hiddenSlot, int hiddenGates, ref T hidden)
    {
        this.part = part;
        this.parts = parts;
        this.inputSlot = inputSlot;
        this.inputGates = inputGates;
        this.input = ref input;
        this.hiddenSlot = hiddenSlot;
        this.hiddenGates = hiddenGates;
        this.hidden = ref hidden;
    }

    /// <summary>Adds some rows of a panel, in their order.</summary>
    internal void Add(int unit, int panelUnits, int lanes, int rows, ref readonly T d, int dStride)
    {
        if (parts == 0 || unit / lanes % parts != part)
        {
            return;
        }

        ref T row = ref Unsafe.AsRef(in d);
        ColumnSums.Accumulate(rows, inputGates * panelUnits, in Unsafe.Add(ref row, inputSlot * panelUnits), dStride, ref Unsafe.Add(ref input, unit * inputGates));
        ColumnSums.Accumulate(rows, hiddenGates * panelUnits, in Unsafe.Add(ref row, hiddenSlot * panelUnits), dStride, ref Unsafe.Add(ref hidden, unit * hiddenGates));
    }
}
