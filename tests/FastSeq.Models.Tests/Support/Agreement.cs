using System.Numerics;
using Xunit;

namespace FastSeq.Tests;

/// <summary>How well two tensors agree: the largest difference of two elements, relative to the largest magnitude in the expected tensor.</summary>
/// <remarks>
/// Relative to the scale of the tensor and not to each element, because an element near zero is a difference of large terms, whose rounding it inherits.
/// </remarks>
public static class Agreement
{
    /// <summary>Below this scale, differences are measured against it, so that tensors of zeros can be compared.</summary>
    private const double SmallestScale = 1e-6;

    /// <summary>Asserts agreement, and returns the error.</summary>
    public static double Check<TExpected, TActual>(string what, ReadOnlySpan<TExpected> expected, ReadOnlySpan<TActual> actual, double tolerance)
        where TExpected : unmanaged, IBinaryFloatingPointIeee754<TExpected>
        where TActual : unmanaged, IBinaryFloatingPointIeee754<TActual>
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = SmallestScale, difference = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double e = double.CreateChecked(expected[i]), a = double.CreateChecked(actual[i]);
            scale = Math.Max(scale, Math.Abs(e));
            if (!(Math.Abs(e - a) <= difference))
            {
                difference = double.IsNaN(e - a) ? double.PositiveInfinity : Math.Abs(e - a);
                at = i;
            }
        }

        double error = difference / scale;
        if (error > tolerance)
        {
            Assert.Fail($"{what}: element {at} of {expected.Length} is {actual[at]:g9}, expected {expected[at]:g9}; error {error:e2} of the scale {scale:e2}, tolerance {tolerance:e0}.");
        }

        return error;
    }
}
