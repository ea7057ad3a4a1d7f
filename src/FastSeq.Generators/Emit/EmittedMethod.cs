using System;
using System.Collections.Generic;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>A hot method: one that picks the width that the hardware has, and a body for each width. The choice folds away when the code is compiled.</summary>
internal static class EmittedMethod
{
    public static void Write(
        SourceWriter writer, bool isDouble, string name, string parameters, string arguments, string summary, Action<Lane> body)
    {
        IReadOnlyList<Lane> lanes = Lane.All(isDouble);
        writer.WriteLines($"/// <summary>{summary}{(summary.EndsWith("</remarks") ? ">" : "</summary>")}");
        writer.WriteLine("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (writer.Block($"public static void {name}({parameters})"))
        {
            foreach (Lane lane in lanes)
            {
                string condition = lane.IsScalar ? "else" : $"{(lane == lanes[0] ? "" : "else ")}if (Vector{lane.Bits}.IsHardwareAccelerated)";
                using (writer.Block(condition))
                {
                    writer.WriteLine($"{name}{lane.Suffix}({arguments});");
                }
            }
        }

        foreach (Lane lane in lanes)
        {
            writer.WriteLine();
            writer.WriteLine("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            using (writer.Block($"private static void {name}{lane.Suffix}({parameters})"))
            {
                body(lane);
            }
        }
    }
}
