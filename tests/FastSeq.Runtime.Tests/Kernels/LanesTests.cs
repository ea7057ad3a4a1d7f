using System.Numerics;
using System.Runtime.Intrinsics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

public sealed class LanesTests
{
    [Fact]
    public void Store_WritesExactlyTheFirstLanes()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] values = [.. Enumerable.Range(1, 16).Select(T.CreateChecked)];
            for (int count = 0; count <= 16; count++)
            {
                T[] narrow = Guards<T>(), middle = Guards<T>(), wide = Guards<T>();
                Lanes.Store(Vector128.Create(values), ref narrow[1], Math.Min(count, Vector128<T>.Count));
                Lanes.Store(Vector256.Create(values), ref middle[1], Math.Min(count, Vector256<T>.Count));
                Lanes.Store(Vector512.Create(values), ref wide[1], Math.Min(count, Vector512<T>.Count));
                Assert.Equal(Expected(values, count, Vector128<T>.Count), narrow);
                Assert.Equal(Expected(values, count, Vector256<T>.Count), middle);
                Assert.Equal(Expected(values, count, Vector512<T>.Count), wide);
            }
        }

        static T[] Guards<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. Enumerable.Repeat(T.NegativeOne, 18)];

        static T[] Expected<T>(T[] values, int count, int lanes)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] expected = Guards<T>();
            values.AsSpan(0, Math.Min(count, lanes)).CopyTo(expected.AsSpan(1));
            return expected;
        }
    }

    [Fact]
    public void First_ZeroesTheLanesFromCountOn()
    {
        for (int count = 0; count <= 16; count++)
        {
            Assert.Equal(Math.Min(count, 4), Vector128.Sum(Lanes.First(Vector128.Create(1f), count)));
            Assert.Equal(Math.Min(count, 8), Vector256.Sum(Lanes.First(Vector256.Create(1f), count)));
            Assert.Equal(Math.Min(count, 16), Vector512.Sum(Lanes.First(Vector512.Create(1f), count)));
            Assert.Equal(Math.Min(count, 2), Vector128.Sum(Lanes.First(Vector128.Create(1.0), count)));
            Assert.Equal(Math.Min(count, 4), Vector256.Sum(Lanes.First(Vector256.Create(1.0), count)));
            Assert.Equal(Math.Min(count, 8), Vector512.Sum(Lanes.First(Vector512.Create(1.0), count)));
            if (count is > 0 and < 16)
            {
                Assert.Equal(1f, Lanes.First(Vector512.Create(1f), count)[count - 1]);
                Assert.Equal(0f, Lanes.First(Vector512.Create(float.NaN), count)[count]);
            }
        }
    }

    [Fact]
    public void MultiplyAdd_MultipliesAndAdds()
    {
        Assert.Equal(7f, Lanes.MultiplyAdd(2f, 3f, 1f));
        Assert.Equal(7.0, Lanes.MultiplyAdd(2.0, 3.0, 1.0));
        Assert.Equal(Vector128.Create(7f), Lanes.MultiplyAdd(Vector128.Create(2f), Vector128.Create(3f), Vector128.Create(1f)));
        Assert.Equal(Vector256.Create(7.0), Lanes.MultiplyAdd(Vector256.Create(2.0), Vector256.Create(3.0), Vector256.Create(1.0)));
        Assert.Equal(Vector512.Create(7f), Lanes.MultiplyAdd(Vector512.Create(2f), Vector512.Create(3f), Vector512.Create(1f)));
    }
}
