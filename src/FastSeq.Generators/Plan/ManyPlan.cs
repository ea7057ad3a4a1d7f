using System;
using System.Linq;
using FastSeq.Generators.Cells;

namespace FastSeq.Generators.Plan;

/// <summary>How many streams are advanced together, and where in scratch memory the rows of a layer lie.</summary>
/// <param name="BlockSize">The streams of a block; 0 where a loop over single steps is as good, or the only way (so far that of quantised weights and of normalised cells).</param>
/// <param name="FewestStreams">Fewer than so many streams step one after the other.</param>
/// <param name="ScratchSize">The numbers of scratch memory of a block.</param>
/// <param name="Outputs">The places for the outputs of layers.</param>
/// <param name="Rows">Which of them a layer takes.</param>
/// <param name="States">A place for each state.</param>
/// <param name="Operands">A place for what each later stage multiplies.</param>
/// <param name="Tape">The input sums and kept values.</param>
/// <param name="Projected">What projections multiply.</param>
/// <param name="Sums">The recurrent sums of a panel.</param>
internal sealed record ManyPlan(int BlockSize, int FewestStreams, int ScratchSize, int[] Outputs, RowPlaces Rows, int[] States, int[] Operands, int Tape, int Projected, int Sums)
{
    /// <summary>A block needs at most so much of the stack.</summary>
    public const int ScratchBytes = 128 * 1024;

    /// <summary>Streams of a block: enough that arithmetic takes longer than reading the weights.</summary>
    private const int LargestBlock = 32;

    /// <summary>Weights of less stay in the first-level cache between single steps, which then are no slower.</summary>
    private const int SmallWeightBytes = 40 * 1024;

    /// <summary>With weights of less, a block of two or three streams costs more in calls than it saves in reading.</summary>
    private const int LargeWeightBytes = 512 * 1024;

    public static ManyPlan Of(EmitPlan plan)
    {
        if (plan.Layers.Any(layer => layer is NormalizedPlan))
        {
            return new ManyPlan(0, 0, 0, [], RowPlaces.OfStep(plan), [], [], 0, 0, 0);
        }

        RecurrentPlan[] recurrent = plan.Layers.OfType<RecurrentPlan>().ToArray();
        int numberBytes = plan.Model.IsDouble ? 8 : 4, size = 0;
        int units = recurrent.Max(l => l.Cell.Units);
        int[] Take(int count, int width) => Enumerable.Range(0, count).Select(_ => TakeOne(width)).ToArray();
        int TakeOne(int width)
        {
            int place = size;
            size += width;
            return place;
        }

        int last = plan.Layers.ToList().FindLastIndex(StepsThrough);
        var rows = new RowPlaces(plan.Layers, StepsThrough, layer => layer is EmbeddingPlan || (StepsThrough(layer) && layer != plan.Layers[last]));
        int[] outputs = Take(rows.Count, plan.Layers.Skip(plan.ReadsTokens ? 0 : 1).Max(l => l.OutputSize));
        int[] states = Take(recurrent.Max(l => l.Cell.Equations().States.Count), units);
        int[] operands = Take(recurrent.Max(l => l.Cell.Equations().LaterOperands.Count), units);
        int tape = TakeOne(recurrent.Max(l => l.TapeSlots * (l.Cell.Equations().StageCount == 1 ? l.Cell.Lanes : l.Cell.Units)));
        int projected = TakeOne(recurrent.Max(l => l.Cell.Projection?.InputSize ?? 0));
        int sums = TakeOne(recurrent.Max(l => CellPlan.ChainStride(l.Cell.Lanes * MostHidden(l.Cell.Equations()))));

        // Rows may be read past their end by a register, and the start is moved to a multiple of 64 bytes.
        int slack = 2 * plan.VectorLanes, block = Math.Min(LargestBlock, ((ScratchBytes / numberBytes) - slack) / size);
        long weightBytes = plan.FlopsPerStep / 2 * numberBytes;
        return block < 2 || weightBytes < SmallWeightBytes || plan.Model.IsQuantized
            ? new ManyPlan(0, 0, 0, outputs, rows, states, operands, tape, projected, sums)
            : new ManyPlan(block, weightBytes < LargeWeightBytes ? 4 : 2, (block * size) + slack, outputs, rows, states, operands, tape, projected, sums);
    }

    /// <summary>Whether a layer computes anything in a step; otherwise it is another name for its input.</summary>
    public static bool StepsThrough(LayerPlan layer) => layer is ColumnsPlan or RecurrentPlan or NormalizedPlan or LinearPlan or ActivationPlan or LayerNormPlan or PoolingPlan or WindowPlan or SkipPlan;

    /// <summary>The first number of a place in scratch memory, as text.</summary>
    public string At(int place) =>
        place == 0 ? "scratch" : $"global::System.Runtime.CompilerServices.Unsafe.Add(ref scratch, {BlockSize * place})";

    private static int MostHidden(CellEquations cell) => Enumerable.Range(0, cell.StageCount).Max(stage => cell.HiddenOf(stage).Count());
}
