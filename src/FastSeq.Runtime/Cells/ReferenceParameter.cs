using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A weight or a bias of the reference: PyTorch's name, shape and row-major order, with its gradient beside it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ReferenceParameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a parameter of zeros.</summary>
    /// <param name="name">PyTorch's name, as <c>lstm.weight_ih_l0</c>.</param>
    /// <param name="shape">[rows, columns] of a weight ([rows, inputs, taps] of a convolution), [rows] of a bias.</param>
    public ReferenceParameter(string name, params int[] shape)
    {
        Name = name;
        Shape = shape;
        Rows = shape[0];
        Columns = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        Values = new T[Rows * Columns];
        Gradient = new T[Rows * Columns];
    }

    /// <summary>PyTorch's name.</summary>
    public string Name { get; }

    /// <summary>[rows, columns] of a weight ([rows, inputs, taps] of a convolution), [rows] of a bias.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns; 1 for a bias.</summary>
    public int Columns { get; }

    /// <summary>The values, row by row.</summary>
    public T[] Values { get; }

    /// <summary>The derivatives of the loss by <see cref="Values"/>.</summary>
    public T[] Gradient { get; }

    /// <summary>Whether training leaves it as it is: its gradient stays zero.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>The factor of an element wherever the parameter is multiplied; null for none.</summary>
    public Func<int, T>? Factor { get; set; }

    /// <summary>W·x of the rows from <paramref name="firstRow"/> on: <c>y_j = Σ_k W[j, k]·x_k</c>.</summary>
    internal T[] Times(T[] x, int firstRow, int rows)
    {
        var y = new T[rows];
        for (int j = 0; j < rows; j++)
        {
            for (int k = 0; k < Columns; k++)
            {
                y[j] += Value(((firstRow + j) * Columns) + k) * x[k];
            }
        }

        return y;
    }

    /// <summary>Wᵀ·d of the rows from <paramref name="firstRow"/> on: <c>dx_k = Σ_j d_j·W[j, k]</c>, which is the derivative by x of <see cref="Times"/>.</summary>
    internal T[] TransposedTimes(T[] d, int firstRow)
    {
        var dx = new T[Columns];
        for (int j = 0; j < d.Length; j++)
        {
            for (int k = 0; k < Columns; k++)
            {
                dx[k] += d[j] * Value(((firstRow + j) * Columns) + k);
            }
        }

        return dx;
    }

    /// <summary>Adds d·xᵀ to the gradient of the rows from <paramref name="firstRow"/> on, which is the derivative by W of <see cref="Times"/>.</summary>
    internal void AddGradient(T[] d, T[] x, int firstRow)
    {
        for (int j = 0; j < d.Length; j++)
        {
            for (int k = 0; k < Columns; k++)
            {
                int index = ((firstRow + j) * Columns) + k;
                Gradient[index] += Factor is null ? d[j] * x[k] : d[j] * x[k] * Factor(index);
            }
        }
    }

    private T Value(int index) => Factor is null ? Values[index] : Values[index] * Factor(index);

    /// <summary>Adds d to the gradient of a bias from <paramref name="firstRow"/> on.</summary>
    internal void AddGradient(T[] d, int firstRow)
    {
        for (int j = 0; j < d.Length; j++)
        {
            Gradient[firstRow + j] += d[j];
        }
    }
}
