using System.Numerics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>Merged rows and their gradients against plain loops: counts with and without elements left over by each width of registers.</summary>
public sealed class RowMergeTests
{
    public static TheoryData<int> Counts => [0, 1, 3, 7, 8, 15, 16, 17, 20, 33, 100];

    /// <summary>The sizes of the rows of both layers.</summary>
    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 3, 7 }, { 15, 16 }, { 17, 20 }, { 33, 100 }, { 100, 1 } };

    delegate void Merge<T>(int count, ref readonly T a, ref readonly T b, ref T y);

    delegate void Gradient<T>(int count, ref readonly T other, ref readonly T dy, ref T dx, bool adds);

    [Theory]
    [MemberData(nameof(Counts))]
    public void Merged_ArePlainSumsMeansAndProducts(int count)
    {
        Check<float>(count);
        Check<double>(count);

        static void Check<T>(int count)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T two = T.CreateChecked(2);
            CheckOne(RowMerge.Sum, (a, b) => a + b);
            CheckOne(RowMerge.Mean, (a, b) => (a + b) / two);
            CheckOne(RowMerge.Product, (a, b) => a * b);

            void CheckOne(Merge<T> merge, Func<T, T, T> plain)
            {
                T[] a = Numbers.Of<T>(1, count), b = Numbers.Of<T>(2, count), y = Numbers.Of<T>(3, count);
                T[] expected = [.. y];
                for (int i = 0; i < count; i++)
                {
                    expected[i] = plain(a[i], b[i]);
                }

                merge(count, in a[0], in b[0], ref y[0]);
                Assert.Equal(expected, y);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Gradients_AreThoseOfEachOperand(int count)
    {
        Check<float>(count, 1e-6);
        Check<double>(count, 1e-15);

        static void Check<T>(int count, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            CheckOne((int n, ref readonly T _, ref readonly T dy, ref T dx, bool adds) => RowMerge.SumBackward(n, in dy, ref dx, adds), (_, dy) => dy);
            CheckOne((int n, ref readonly T _, ref readonly T dy, ref T dx, bool adds) => RowMerge.MeanBackward(n, in dy, ref dx, adds), (_, dy) => dy / 2);
            CheckOne(RowMerge.ProductBackward, (other, dy) => other * dy);

            void CheckOne(Gradient<T> backward, Func<double, double, double> plain)
            {
                foreach (bool adds in new[] { false, true })
                {
                    T[] other = Numbers.Of<T>(1, count), dy = Numbers.Of<T>(2, count), dx = Numbers.Of<T>(3, count), before = [.. dx];
                    backward(count, in other[0], in dy[0], ref dx[0], adds);
                    for (int i = 0; i < count; i++)
                    {
                        double expected = plain(double.CreateChecked(other[i]), double.CreateChecked(dy[i])) + (adds ? double.CreateChecked(before[i]) : 0);
                        Assert.Equal(expected, double.CreateChecked(dx[i]), tolerance * 25);

                        // Wherever an element stands, its bits are those that it has alone.
                        T alone = before[i];
                        backward(1, in other[i], in dy[i], ref alone, adds);
                        Assert.Equal(alone, dx[i]);
                    }

                    Assert.Equal(before[count..], dx[count..]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Concatenated_LieSideBySide(int aSize, int bSize)
    {
        Check<float>(aSize, bSize);
        Check<double>(aSize, bSize);

        static void Check<T>(int aSize, int bSize)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            const int Rows = 5;
            int width = aSize + bSize;
            T[] a = Numbers.Of<T>(1, Rows * aSize), b = Numbers.Of<T>(2, Rows * bSize), y = Numbers.Of<T>(3, Rows * width), expected = [.. y];
            T[] da = Numbers.Of<T>(4, Rows * aSize), db = Numbers.Of<T>(5, Rows * bSize), dy = Numbers.Of<T>(6, Rows * width);
            T[] expectedA = [.. da], expectedB = [.. db];
            for (int row = 0; row < Rows; row++)
            {
                for (int j = 0; j < width; j++)
                {
                    expected[(row * width) + j] = j < aSize ? a[(row * aSize) + j] : b[(row * bSize) + j - aSize];
                    if (j < aSize)
                    {
                        expectedA[(row * aSize) + j] = dy[(row * width) + j];
                    }
                    else
                    {
                        expectedB[(row * bSize) + j - aSize] += dy[(row * width) + j];
                    }
                }
            }

            RowMerge.Concat(Rows, aSize, bSize, in a[0], in b[0], ref y[0]);
            RowMerge.ConcatBackward(Rows, width, 0, aSize, in dy[0], ref da[0], adds: false);
            RowMerge.ConcatBackward(Rows, width, aSize, bSize, in dy[0], ref db[0], adds: true);
            Assert.Equal(expected, y);
            Assert.Equal(expectedA, da);
            Assert.Equal(expectedB, db);
        }
    }
}
