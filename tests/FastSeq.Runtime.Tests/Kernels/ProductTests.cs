using System.Numerics;
using System.Runtime.CompilerServices;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

public sealed class ProductTests
{
    static readonly int[] RowCounts = [0, 1, 2, 5, 6, 7, 13, 33];
    static readonly int[] InnerCounts = [0, 1, 3, 17, 100];

    /// <summary>Past the last column of the last row loads may run over.</summary>
    const int Slack = 64;

    [Fact]
    public void PanelProduct_IsTheChainInOrderOfK_Float() => EverySize(64, CheckPanelProduct<float>);

    [Fact]
    public void PanelProduct_IsTheChainInOrderOfK_Double() => EverySize(32, CheckPanelProduct<double>);

    [Fact]
    public void OuterProduct_IsTheChainInOrderOfRows_Float() => EverySize(64, CheckOuterProduct<float>);

    [Fact]
    public void OuterProduct_IsTheChainInOrderOfRows_Double() => EverySize(32, CheckOuterProduct<double>);

    [Fact]
    public void WideMatrices_AreCutIntoColumns()
    {
        CheckPanelProduct<float>(7, 20, 200);
        CheckPanelProduct<double>(7, 20, 100);
        CheckOuterProduct<float>(300, 9, 200);
        CheckOuterProduct<double>(300, 9, 100);
    }

    [Fact]
    public void ManyRows_AreCutIntoOtherTiles()
    {
        foreach (int rows in new[] { 30, 32, 47, 48, 50, 61 })
        {
            CheckPanelProduct<float>(rows, 20, 64);
            CheckPanelProduct<float>(rows, 20, 25);
            CheckPanelProduct<double>(rows, 20, 32);
        }
    }

    [Theory]
    [InlineData(33, 100, 64)]
    [InlineData(13, 256, 17)]
    public void PanelProduct_IsNearTheSumInDouble(int rows, int inner, int columns)
    {
        float[] a = Random<float>(1, rows * inner), panel = Random<float>(2, inner * columns + Slack), start = Random<float>(3, columns + Slack);
        float[] c = new float[rows * columns];
        PanelProduct.Multiply(rows, inner, in a[0], inner, in panel[0], columns, columns, in start[0], false, ref c[0], columns);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = start[j], magnitude = Math.Abs(sum);
                for (int k = 0; k < inner; k++)
                {
                    double product = (double)a[r * inner + k] * panel[k * columns + j];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                Assert.InRange(c[r * columns + j], sum - 1e-6 * magnitude, sum + 1e-6 * magnitude);
            }
        }
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 256)]
    [InlineData(5, 33)]
    [InlineData(16, 1)]
    public void RowProduct_HasTheBitsOfEachPanel_InBothOrders(int panels, int inner)
    {
        foreach (int columns in new[] { 64, 48, 32, 16 })
        {
            CheckRowProduct<float>(panels, inner, columns);
            CheckRowProduct<double>(panels, inner, columns / 2);
        }
    }

    static void CheckRowProduct<T>(int panels, int inner, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Random<T>(1, inner), panel = Random<T>(2, panels * inner * columns + Slack), start = Random<T>(3, panels * columns + Slack);
        T[] expected = new T[panels * columns];
        for (int p = 0; p < panels; p++)
        {
            PanelProduct.Multiply(1, inner, in a[0], inner, in panel[p * inner * columns], columns, columns, in start[p * columns], false, ref expected[p * columns], columns);
        }

        foreach (bool descending in new[] { false, true })
        {
            T[] c = new T[panels * columns + 1];
            c[^1] = T.One;
            RowProduct.Multiply(panels, descending, inner, in a[0], in panel[0], columns, in start[0], ref c[0]);
            Assert.Equal(expected, c[..^1]);
            Assert.Equal(T.One, c[^1]);
        }
    }

    [Fact]
    public void ColumnSums_AddRowsInOrder()
    {
        EverySize(70, CheckColumnSums<float>);
        EverySize(37, CheckColumnSums<double>);
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(20, 80, 64)]
    [InlineData(100, 4 * 33, 64)]
    [InlineData(64, 256, 64)]
    [InlineData(130, 3 * 20, 48)]
    [InlineData(10, 5, 64)]
    public void PanelTranspose_PutsEveryElementInItsPlace(int inner, int columns, int panelColumns)
    {
        CheckTranspose<float>(64, inner, columns, panelColumns);
        CheckTranspose<double>(32, inner, columns, panelColumns);
    }

    static void EverySize(int maxColumns, Action<int, int, int> check)
    {
        foreach (int rows in RowCounts)
        {
            foreach (int inner in InnerCounts)
            {
                for (int columns = 1; columns <= maxColumns; columns++)
                {
                    check(rows, inner, columns);
                }
            }
        }
    }

    /// <summary>Bit for bit, from c, from a row and from zeros; between the rows of c nothing changes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CheckPanelProduct<T>(int rows, int inner, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int aStride = inner + 2, panelStride = columns + 1, cStride = columns + 3;
        T[] a = Random<T>(1, rows * aStride + 1), panel = Random<T>(2, inner * panelStride + Slack), start = Random<T>(3, columns + Slack);
        T[] before = Random<T>(4, rows * cStride + Slack);
        for (int mode = 0; mode < 3; mode++)
        {
            T[] expected = [.. before], actual = [.. before];
            for (int r = 0; r < rows; r++)
            {
                for (int j = 0; j < columns; j++)
                {
                    T sum = mode == 0 ? expected[r * cStride + j] : mode == 1 ? start[j] : T.Zero;
                    for (int k = 0; k < inner; k++)
                    {
                        sum = T.MultiplyAddEstimate(a[r * aStride + k], panel[k * panelStride + j], sum);
                    }

                    expected[r * cStride + j] = sum;
                }
            }

            ref T startRow = ref mode == 2 ? ref Unsafe.NullRef<T>() : ref start[0];
            PanelProduct.Multiply(rows, inner, in a[0], aStride, in panel[0], panelStride, columns, in startRow, mode == 0, ref actual[0], cStride);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{rows} x {inner} x {columns}, mode {mode}");
            if (mode == 0) continue;

            // Alone, it may overwrite what lies between the rows, but nothing behind the last of them; rows without a gap too.
            CheckAlone(rows, columns, cStride, expected, before, (T[] c, int stride) =>
                PanelProduct.Multiply(rows, inner, in a[0], aStride, in panel[0], panelStride, columns, in mode == 2 ? ref Unsafe.NullRef<T>() : ref start[0], false, ref c[0], stride, alone: true));
        }
    }

    static void CheckAlone<T>(int rows, int columns, int expectedStride, T[] expected, T[] before, Action<T[], int> multiply)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int stride in new[] { columns, expectedStride })
        {
            T[] actual = [.. before];
            multiply(actual, stride);
            for (int r = 0; r < rows; r++)
            {
                Assert.True(expected.AsSpan(r * expectedStride, columns).SequenceEqual(actual.AsSpan(r * stride, columns)), $"{rows} x {columns}, row {r}, {stride} apart");
            }

            int end = ((rows - 1) * stride) + columns;
            Assert.True(rows == 0 || before.AsSpan(end).SequenceEqual(actual.AsSpan(end)), $"{rows} x {columns}, behind the last row, {stride} apart");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CheckOuterProduct<T>(int rows, int inner, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int aStride = inner + 2, dStride = columns + 1, wStride = columns + 3;
        T[] a = Random<T>(1, rows * aStride + Slack), d = Random<T>(2, rows * dStride + Slack), before = Random<T>(4, inner * wStride + Slack);
        T[] expected = [.. before], actual = [.. before];
        for (int k = 0; k < inner; k++)
        {
            for (int j = 0; j < columns; j++)
            {
                T sum = expected[k * wStride + j];
                for (int r = 0; r < rows; r++)
                {
                    sum = T.MultiplyAddEstimate(a[r * aStride + k], d[r * dStride + j], sum);
                }

                expected[k * wStride + j] = sum;
            }
        }

        T[] packed = new T[(rows * (inner + 6)) + 16];
        OuterProduct.Pack(rows, inner, in a[0], aStride, ref packed[0]);
        OuterProduct.Accumulate(rows, inner, in packed[0], in d[0], dStride, columns, ref actual[0], wStride);
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{rows} x {inner} x {columns}");
        actual = [.. before];
        OuterProduct.AccumulateUnpacked(rows, inner, in a[0], aStride, in d[0], dStride, columns, ref actual[0], wStride);
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{rows} x {inner} x {columns}, not packed");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CheckColumnSums<T>(int rows, int inner, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inner != 1)
        {
            return;
        }

        int stride = columns + 1;
        T[] d = Random<T>(1, rows * stride + 1), before = Random<T>(2, columns + 1);
        T[] expected = [.. before], actual = [.. before];
        for (int j = 0; j < columns; j++)
        {
            for (int r = 0; r < rows; r++)
            {
                expected[j] += d[r * stride + j];
            }
        }

        ColumnSums.Accumulate(rows, columns, in d[0], stride, ref actual[0]);
        Assert.Equal(expected, actual);
    }

    static void CheckTranspose<T>(int blockColumns, int inner, int columns, int panelColumns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(blockColumns, PanelTranspose.BlockColumns<T>());
        T[] weight = Random<T>(1, inner * columns), transposed = new T[inner * columns + 1];
        transposed[^1] = T.One;
        for (int part = 0; part < 3; part++)
        {
            PanelTranspose.Pack(part, 3, inner, columns, panelColumns, in weight[0], ref transposed[0]);
        }

        Assert.Equal(T.One, transposed[^1]);
        for (int k = 0; k < inner; k++)
        {
            for (int j = 0; j < columns; j++)
            {
                int panel = j / panelColumns * panelColumns, width = Math.Min(panelColumns, columns - panel);
                int block = k / blockColumns * blockColumns, depth = Math.Min(blockColumns, inner - block);
                T expected = weight[panel * inner + k * width + (j - panel)];
                Assert.Equal(expected, transposed[block * columns + j * depth + (k - block)]);
            }
        }
    }

    static T[] Random<T>(int seed, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        T[] values = new T[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = T.CreateTruncating(random.NextDouble() - 0.5);
        }

        return values;
    }
}
