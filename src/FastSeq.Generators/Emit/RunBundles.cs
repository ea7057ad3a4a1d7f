using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The gradients of a small model's parameters: each thread sums those of its own bundles of sequences up once it has taken them back through time, and at the end the bundles
/// are added in their order. How a batch is cut into bundles depends on the batch alone, so the threads do not show.
/// </summary>
internal static class RunBundles
{
    public static void WriteOverrides(int begin, int end, SourceWriter writer) => writer.WriteLines($"""
        /// <inheritdoc/>
        protected override bool HasBundles => true;

        /// <inheritdoc/>
        protected override bool IsShort(int phase) => phase is {begin} or {end};

        """);

    /// <summary>The call that adds the bundles.</summary>
    public static string Total(RunContext context) => $"AddBundles(part, {context.Plan.BufferLength}, ref bundles.Reference);";

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
                writer.WriteLine($"ref {context.Number} sums = ref global::System.Runtime.CompilerServices.Unsafe.Add(ref bundles.Reference, bundle * {length});");
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
