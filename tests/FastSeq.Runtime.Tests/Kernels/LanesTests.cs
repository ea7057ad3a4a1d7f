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
}
