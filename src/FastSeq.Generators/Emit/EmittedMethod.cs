using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// A hot method: one that picks the width that the hardware has, and a body for each width. The choice folds away when the code is compiled.
/// A body that would read the same as that of the next narrower width is left out: hardware with wide registers has the narrow ones too.
/// </summary>
internal static class EmittedMethod
{
    public static void Write(
        SourceWriter writer, bool isDouble, string name, string parameters, string arguments, string summary, Action<Lane, SourceWriter> body)
    {
        IReadOnlyList<(Lane Lane, string Text)> bodies = Bodies(isDouble, body);
        writer.WriteLines($"/// <summary>{summary}{(summary.EndsWith("</remarks", StringComparison.Ordinal) ? ">" : "</summary>")}");
        writer.WriteLine("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (writer.Block($"public static void {name}({parameters})"))
        {
            foreach ((Lane lane, _) in bodies)
            {
                string condition = lane.IsScalar ? "else" : $"{(lane == bodies[0].Lane ? "" : "else ")}if (Vector{lane.Bits}.IsHardwareAccelerated)";
                using SourceWriter.Scope? choice = bodies.Count > 1 ? writer.Block(condition) : null;
                writer.WriteLine($"{name}{lane.Suffix}({arguments});");
            }
        }

        foreach ((Lane lane, string text) in bodies)
        {
            writer.WriteLine();
            writer.WriteLine("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            using (writer.Block($"private static void {name}{lane.Suffix}({parameters})"))
            {
                writer.WriteLines(text.TrimEnd('\n'));
            }
        }
    }

    private static IReadOnlyList<(Lane Lane, string Text)> Bodies(bool isDouble, Action<Lane, SourceWriter> body)
    {
        var bodies = new List<(Lane, string)>();
        foreach (Lane lane in Lane.All(isDouble).Reverse())
        {
            var text = new SourceWriter();
            body(lane, text);
            string written = text.ToString();
            if (bodies.Count == 0 || bodies[0].Item2 != written)
            {
                bodies.Insert(0, (lane, written));
            }
        }

        return bodies;
    }
}
