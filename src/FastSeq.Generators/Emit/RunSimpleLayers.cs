using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The caller's features, which the base class has brought into the order of the rows.</summary>
internal sealed class RunInput(RunContext context, int index, InputPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => false;

    public override bool HasMethods => false;

    public override string Output => "Inputs.Reference";

    public override IEnumerable<PhaseCall> Forward => [];
}

/// <summary>The rows of the embedding table.</summary>
internal sealed class RunEmbedding(RunContext context, int index, EmbeddingPlan plan) : RunLayer(context, index, plan)
{
    public override bool Learns => Trains;

    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers => Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size)] : [Rows("Rows", plan.Size)];

    public int Size => plan.Size;

    /// <summary>Whether the table is the weight of a linear layer, which adds the gradients of both.</summary>
    public bool IsTied => plan.Tied is not null;

    /// <summary>The table's first element in the flat buffer.</summary>
    public int Offset => plan.Offset;

    /// <summary>The layer that reads the rows, where it computes once per different token.</summary>
    public RunRecurrent? Sharing => !IsTied && Context.Layers.Count(layer => layer.Reads(Index)) == 1 ? Context.Layers[Index + 1] as RunRecurrent : null;

    /// <summary>The call that drops tokens: of rows of values, or of the gradients by them; null where none are dropped.</summary>
    public string? DropTokens(string tokens, string rows) => plan.Dropout is { } dropout && Context.Learns
        ? $"MaskTokens({tokens}, {plan.Size}, {dropout.Stream}, {SourceWriter.Literal(dropout.Probability)}, ref {rows});"
        : null;

    public override IEnumerable<PhaseCall> Backward => Trains && DropRows(Gradient) is { } drops
        ? [new(Division.Rows, (Sharing is null ? "" : "if (!SharesTokens) ") + drops)]
        : [];

    private string? DropRows(string rows) => DropTokens("Inputs.Span[first..last]", At(rows, $"first * {plan.Size}"));

    public override IEnumerable<PhaseCall> Forward =>
    [
        new(Division.Rows, $"{(Sharing is null ? "" : "if (!SharesTokens) ")}{TableRows.Gather(plan, "Inputs.Span[first..last]", "parameters.Reference", At(Output, $"first * {plan.Size}"))}"),
        .. DropRows(Output) is { } drops ? [new PhaseCall(Division.Rows, $"if (Training{(Sharing is null ? "" : " && !SharesTokens")}) {drops}")] : Enumerable.Empty<PhaseCall>(),
    ];

    public override IEnumerable<string> Weights => IsTied || !Trains ? [] :
    [
        $"{(Sharing is null ? "" : $"if (SharesTokens) {Sharing.TokenGradient("part")} else ")}{Kernels}.EmbeddingTable.Accumulate(part, Parts, Inputs.Span[..Rows], {plan.Size}, in {Gradient}, ref Gradient({plan.Offset}));",
    ];
}

/// <summary>Dropout: nothing but another name for its input, except while training.</summary>
internal sealed class RunDropout(RunContext context, int index, DropoutPlan plan) : RunLayer(context, index, plan)
{
    public override string Output => $"{Method}Output";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size)] : [Rows("Rows", plan.Size)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division, $"if (Training) {Method}Mask(first, last, ref {Previous.Output}, ref {Field}Rows.Reference);")];

    public override IEnumerable<PhaseCall> Backward =>
        Learns ? [new(Division, $"{Method}Mask(first, last, ref {Gradient}, ref {(AddsGradient ? Gradient : Previous.Gradient)});" + AddShare(Gradient))] : [];

    public override void WriteMethods(SourceWriter writer)
    {
        writer.WriteLine($"private ref {Number} {Method}Output => ref Training ? ref {Field}Rows.Reference : ref {Previous.Output};");
        writer.WriteLine();
        writer.WriteLine("// y = x * mask / (1 - p): the mask is a function of seed, layer, iteration and element, so backward draws it again.");
        using (writer.Block($"private void {Method}Mask(int first, int last, ref {Number} x, ref {Number} y)"))
        {
            string Span(string name) =>
                $"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {At(name, $"first * {plan.Size}")}, (last - first) * {plan.Size})";
            writer.WriteLine(
                $"{Kernels}.DropoutMask.Apply<{Number}>(DropoutSeed, {plan.Stream}, unchecked((ulong)MaskIteration), (long)first * {plan.Size}, {Span("x")}, {Span("y")}, {SourceWriter.Literal(plan.Probability)});");
        }
    }
}

/// <summary>Dropout by one mask a sequence: nothing but another name for its input, except while training.</summary>
internal sealed class RunVariationalDropout(RunContext context, int index, DropoutPlan plan) : RunLayer(context, index, plan)
{
    public override string Output => $"{Method}Output";

    public override IEnumerable<(string Field, string Length)> Buffers
    {
        get
        {
            yield return Rows("Rows", plan.Size);
            yield return (Field + "Masks", $"Elements(MaxBatch, {plan.Size})");
            if (Learns)
            {
                yield return Rows("Gradient", plan.Size);
            }
        }
    }

    public override IEnumerable<PhaseCall> Forward =>
    [
        new(Division.Blocks, $"if (Training) DrawSequenceMasks(in block, {plan.Size}, {plan.Stream}, {SourceWriter.Literal(plan.Probability)}, ref {Field}Masks.Reference);"),
        new(Division.Blocks, "if (Training) " + Mask(Previous.Output, Field + "Rows.Reference")),
    ];

    public override IEnumerable<PhaseCall> Backward => Learns
        ? [new(Division.Blocks, Mask(Gradient, Previous.Gradient, AddsGradient ? "AddMaskedRows" : "MaskRows"))]
        : [];

    public override void WriteMethods(SourceWriter writer) =>
        writer.WriteLine($"private ref {Number} {Method}Output => ref Training ? ref {Field}Rows.Reference : ref {Previous.Output};");

    private string Mask(string x, string y, string method = "MaskRows") => $"{method}(in block, {plan.Size}, ref {Field}Masks.Reference, ref {x}, ref {y});";
}

/// <summary>The last time step of each sequence.</summary>
internal sealed class RunLastStep(RunContext context, int index, LastStepPlan plan) : RunLayer(context, index, plan)
{
    public override bool HasMethods => false;

    public override string Output => $"{Field}Rows.Reference";

    public override IEnumerable<(string Field, string Length)> Buffers =>
        Learns ? [Rows("Rows", plan.Size), Rows("Gradient", plan.Size)] : [Rows("Rows", plan.Size)];

    public override IEnumerable<PhaseCall> Forward =>
        [new(Division.Sequences, $"TakeLastSteps(first, last, {plan.Size}, ref {Previous.Output}, ref {Output});")];

    public override IEnumerable<PhaseCall> Backward =>
        Learns ? [new(Division.Sequences, $"SpreadLastSteps(first, last, {plan.Size}, ref {Gradient}, ref {Previous.Gradient});")] : [];
}
