using System.Numerics;

namespace FastSeq;

/// <summary>
/// Draws the initial weights of a model. Every element is a function of the seed, the parameter and the element's place in PyTorch's tensor:
/// the layout in memory and the precision do not matter.
/// </summary>
public static class Initialization
{
    /// <summary>Draws a parameter uniformly from ±<paramref name="bound"/>.</summary>
    /// <param name="flat">The model's flat buffer; the parameter's elements are overwritten.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="bound">The bound.</param>
    /// <param name="seed">The seed of the model.</param>
    /// <param name="stream">Tells the model's parameters apart.</param>
    public static void Uniform<T>(Span<T> flat, ParameterInfo parameter, double bound, ulong seed, int stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong state = Start(seed, stream);
        for (int row = 0; row < parameter.Layout.Rows; row++)
        {
            for (int column = 0; column < parameter.Layout.Columns; column++)
            {
                flat[(int)parameter.IndexOf(row, column)] = T.CreateTruncating((float)(((2 * Next(ref state)) - 1) * bound));
            }
        }
    }

    /// <summary>Draws a parameter from the normal distribution N(0, 1) (Box and Muller 1958).</summary>
    /// <inheritdoc cref="Uniform"/>
    public static void Normal<T>(Span<T> flat, ParameterInfo parameter, ulong seed, int stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong state = Start(seed, stream);
        for (int row = 0; row < parameter.Layout.Rows; row++)
        {
            for (int column = 0; column < parameter.Layout.Columns; column++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - Next(ref state)));
                flat[(int)parameter.IndexOf(row, column)] = T.CreateTruncating((float)(radius * Math.Cos(2 * Math.PI * Next(ref state))));
            }
        }
    }

    /// <summary>Sets the rows of one gate to a value.</summary>
    /// <param name="flat">The model's flat buffer.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gate">The gate, in PyTorch's order.</param>
    /// <param name="value">The value.</param>
    public static void Constant<T>(Span<T> flat, ParameterInfo parameter, int gate, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = parameter.Layout.Units;
        for (int row = gate * units; row < (gate + 1) * units; row++)
        {
            for (int column = 0; column < parameter.Layout.Columns; column++)
            {
                flat[(int)parameter.IndexOf(row, column)] = T.CreateTruncating(value);
            }
        }
    }

    private static ulong Start(ulong seed, int stream) => (seed * 0x9E3779B97F4A7C15) ^ ((ulong)(stream + 1) * 0xD1B54A32D192ED03);

    /// <summary>The next number in [0, 1) of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static double Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
