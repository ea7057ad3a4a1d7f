namespace Xunit;

/// <summary>The assertions that the shared checks use: xunit's own compare by reflection, which a native binary of this size should not carry.</summary>
public static class Assert
{
    public static void Fail(string message) => throw new InvalidOperationException(message);

    public static void True(bool condition, string message = "Expected true.")
    {
        if (!condition) Fail(message);
    }

    public static void False(bool condition, string message = "Expected false.") => True(!condition, message);

    public static void Equal<T>(T expected, T actual) => True(EqualityComparer<T>.Default.Equals(expected, actual), $"Expected {expected}, not {actual}.");

    public static void Equal(double expected, double actual, double tolerance) => True(Math.Abs(expected - actual) <= tolerance, $"Expected {expected} to within {tolerance}, not {actual}.");

    public static T Single<T>(IEnumerable<T> items)
    {
        T[] all = [.. items];
        True(all.Length == 1, $"Expected one item, not {all.Length}.");
        return all[0];
    }

    public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual) =>
        True(expected.SequenceEqual(actual), $"Expected {string.Join("; ", expected)}, not {string.Join("; ", actual)}.");

    public static void Equal<T>(T[] expected, T[] actual) => Equal(expected.AsEnumerable(), actual);

    public static void NotEqual<T>(T[] expected, T[] actual) => False(expected.SequenceEqual(actual), "Expected other elements.");

    public static void All<T>(IEnumerable<T> items, Action<T> check)
    {
        foreach (T item in items)
        {
            check(item);
        }
    }

    public static void Contains(string expected, string actual, StringComparison comparison) => True(actual.Contains(expected, comparison), $"'{actual}' lacks '{expected}'.");

    public static TException Throws<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException exception)
        {
            return exception;
        }

        throw new InvalidOperationException($"Expected {typeof(TException).Name}.");
    }

    public static void SkipWhen(bool condition, string reason) => False(condition, $"Not for this model: {reason}");
}
