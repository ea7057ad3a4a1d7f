using System;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The loop over the rows of a bundle of sequences, first to last - 1: time steps of the same number of sequences together.</summary>
internal static class BundleLoop
{
    /// <summary>Writes the loop; in its body are <c>t</c> and <c>end</c>, the first row of the bundle at t and its rows at each time step.</summary>
    public static void Write(SourceWriter writer, Action body)
    {
        using (writer.Block("for (int t = 0, end; t < TimeSteps && first < BatchSize(t); t = end)"))
        {
            writer.WriteLine("end = EndOfEvenSteps(t);");
            writer.WriteLine("int rows = global::System.Math.Min(last, BatchSize(t)) - first, row = RowOf(t, first);");
            body();
        }
    }
}
