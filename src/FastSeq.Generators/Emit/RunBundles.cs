using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// Gradients that are summed up by bundles of sequences, which are added in their order at the end. How a batch is cut into bundles depends on the batch alone, so the threads do not show. In a small
/// model each thread sums those of its own bundles up once it has taken them back through time; in a larger one, whose sequences lie bundle by bundle, the threads share the bundles afterwards.
/// </summary>
internal static class RunBundles
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";

    public static void WriteOverrides(int begin, int end, SourceWriter writer) => writer.WriteLines($"""
        /// <inheritdoc/>
        protected override bool HasBundles => true;

        /// <inheritdoc/>
        protected override bool IsShort(int phase) => phase is {begin} or {end};

        """);

    /// <summary>The call that adds the bundles.</summary>
    public static string Total(RunContext context) => $"AddOtherBundles(part, 0, {context.Plan.BufferLength}, {context.Plan.BufferLength}, ref bundles.Reference);";

    /// <summary>The gradients of all bundles but the first, which are summed up where all will be in the end; nothing in a model without bundles.</summary>
    public static IEnumerable<(string Field, string Length)> Buffers(RunContext context) =>
        context.Plan.SumsByBundle ? [("bundles", $"Elements(MostBundles - 1, {context.Plan.BufferLength})")]
        : context.SharesBundles ? [("bundles", $"Elements(MostBundles - 1, {context.BundleStride})")]
        : [];

    /// <summary>What a model overrides whose threads share the bundles.</summary>
    public static void WriteSharing(SourceWriter writer) => writer.WriteLines("""
        /// <inheritdoc/>
        protected override bool SharesBundles => true;

        """);

    /// <summary>The calls that add the bundles that threads have shared.</summary>
    public static IEnumerable<string> SharedTotals(RunContext context) => context.BundledRegions.Select(region =>
        $"AddOtherBundles(part, {region.Offset}, {region.Length}, {context.BundleStride}, ref {Unsafe}.Add(ref bundles.Reference, {region.Offset - context.BundleStart}));");

    /// <summary>Makes the gradients ready: those of a bundle that is whole are cleared by the thread that will add to them.</summary>
    public static void WriteClearing(RunContext context, SourceWriter writer)
    {
        int end = 0;
        foreach ((int offset, int length) in context.BundledRegions.OrderBy(region => region.Offset).Append((context.Plan.BufferLength, 0)))
        {
            if (offset > end)
            {
                using (writer.Block())
                {
                    writer.WriteLine($"Range(part, {offset - end}, 64, out int first, out int last);");
                    writer.WriteLine($"Clear(ref Gradient({(end == 0 ? "first" : $"{end} + first")}), last - first);");
                }
            }

            end = Math.Max(end, offset + length);
        }

        writer.WriteLine($"ClearSharedBundles(part, {context.BundleStart}, {context.BundleLength}, {context.BundleStride}, ref bundles.Reference);");
    }

    public static void WriteShares(RunContext context, SourceWriter writer)
    {
        writer.WriteLine("// The gradients of the weights, of a part's share of the bundles of sequences.");
        using (writer.Block("private void SumShares(int part)"))
        {
            using (writer.Block("for (int number = 0; TakeShare(part, number, out global::FastSeq.Kernels.BundleShare share); number++)"))
            {
                writer.WriteLine($"ref {context.Number} sums = ref SumsOfBundle(share.Bundle, {context.BundleStart}, {context.BundleStride}, ref bundles.Reference);");
                writer.WriteLine($"if (share.IsWhole) Clear(ref sums, {context.BundleLength});");
                foreach (string call in context.Layers.SelectMany(layer => layer.ShareWeights))
                {
                    writer.WriteLine(call);
                }
            }
        }
    }

    public static void WriteSums(RunContext context, SourceWriter writer)
    {
        int length = context.Plan.BufferLength;
        writer.WriteLine("// The gradients of the parameters, of each bundle of sequences of a part.");
        using (writer.Block("private void SumBundles(int part)"))
        {
            writer.WriteLine("BundleRange(part, out int firstBundle, out int lastBundle);");
            using (writer.Block("for (int bundle = firstBundle; bundle < lastBundle; bundle++)"))
            {
                writer.WriteLine("SequencesOfBundle(bundle, out int first, out int last);");
                writer.WriteLine($"ref {context.Number} sums = ref SumsOfBundle(bundle, 0, {length}, ref bundles.Reference);");
                writer.WriteLine($"Clear(ref sums, {length});");
                writer.WriteLine("if (first == last) continue;");
                foreach (string call in context.Layers.SelectMany(layer => layer.BundleWeights))
                {
                    writer.WriteLine(call);
                }
            }
        }
    }
}
