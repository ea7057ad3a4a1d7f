using System.Linq;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Plan;

/// <content>Where in the flat buffer each parameter lies.</content>
internal static partial class Planner
{
    private sealed partial class Planning
    {
        private Region TakeRegion(int inner, int gates, int units, int lanes)
        {
            var region = new Region(0, inner, gates, units, lanes);
            return region with { Offset = Take(region.Length) };
        }

        /// <summary>A region that quantised models do not pack: such regions come first, so that the others can be left out behind them.</summary>
        private int TakePlain(int length)
        {
            int start = Aligned(plainLength);
            plainLength = start + length;
            return start;
        }

        /// <summary>Every region starts at a multiple of 64 bytes.</summary>
        private int Take(int length)
        {
            int start = offset;
            offset = checked(start + Aligned(length));
            return start;
        }

        private int Aligned(int length) => (length + alignment - 1) / alignment * alignment;

        /// <summary>Whether the table of the embedding lies in the region of a linear layer.</summary>
        private static bool SharesTable(ModelSpec model) => model.Layers.Any(layer => layer is LinearSpec { IsTied: true });

        /// <summary>The elements of all regions that <see cref="TakePlain"/> will give.</summary>
        private int PlainLengthOf(ModelSpec model)
        {
            int width = 0, length = 0;
            foreach (LayerSpec layer in model.Layers)
            {
                int[] regions = layer switch
                {
                    EmbeddingSpec when SharesTable(model) => [],
                    EmbeddingSpec embedding => [embedding.Vocabulary * embedding.Size],
                    LayerNormSpec normalisation => normalisation.HasBias ? [width, width] : [width],
                    PoolingSpec { Kind: PoolingKind.Attention } => [width],
                    _ => [],
                };
                length = checked(length + regions.Sum(Aligned));
                width = Read.SizeRules.OutputSize(layer, width);
            }

            return length;
        }
    }
}
