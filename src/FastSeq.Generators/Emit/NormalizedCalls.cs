using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>The calls of a layer-normalised cell once its products are done: the same kernels in a step and in a run, so that both give the same bits.</summary>
internal static class NormalizedCalls
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string Kernels = "global::FastSeq.Kernels";

    /// <summary>The equations as text, a line each.</summary>
    public static IReadOnlyList<string> Formula(NormalizedPlan plan) => plan.Kind == CellKind.Lstm
        ?
        [
            "z   = LN(W_ih·x_t) + LN(W_hh·h_(t-1))      z = i | f | g | o",
            "c_t = σ(f)*c_(t-1) + σ(i)*tanh(g)          h_t = σ(o)*tanh(LN(c_t))",
        ]
        :
        [
            "r | z = σ(LN(W_irz·x_t) + LN(W_hrz·h_(t-1)))",
            "n     = tanh(LN(W_in·x_t) + r*LN(W_hn·h_(t-1)))",
            "h_t   = (1-z)*n + z*h_(t-1), computed as n + z*(h_(t-1) - n)",
        ];

    /// <summary>The statements that normalise rows.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="number">The number type.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="x">The first row in, a <c>ref</c> expression.</param>
    /// <param name="y">The first row out.</param>
    /// <param name="statistics">Where the statistics of the rows of a part go; null for nowhere.</param>
    public static IEnumerable<string> Normalise(NormPlan norm, string number, string rows, string x, string y, Func<int, string>? statistics) =>
        EachPart(norm, (part, start, size, stride) =>
            $"{Kernels}.LayerNormalization.Forward({rows}, {size}, {stride}, {SourceWriter.Literal(NormalizedPlan.Epsilon)}, in {At(x, start)}, in {At("p", norm.Weight + start)}, in {At("p", norm.Bias + start)}, ref {At(y, start)}, ref {statistics?.Invoke(part) ?? RowCalls.Null(number)});");

    /// <summary>The statements that give the gradients by what was normalised.</summary>
    public static IEnumerable<string> NormaliseBackward(NormPlan norm, string rows, string x, Func<int, string> statistics, string dy, string dx) =>
        EachPart(norm, (part, start, size, stride) =>
            $"{Kernels}.LayerNormalization.Backward({rows}, {size}, {stride}, in {At(x, start)}, in {At("p", norm.Weight + start)}, in {statistics(part)}, in {At(dy, start)}, ref {At(dx, start)});");

    /// <summary>The statements that add up the gradients of a normalisation's weight and bias, by a part of their elements.</summary>
    public static IEnumerable<string> WeightGradient(NormPlan norm, int lanes, string x, Func<int, string> statistics, string dy) =>
        EachPart(norm, (part, start, size, stride) =>
            $"Range(part, {size}, {lanes}, out first, out last);\n{Kernels}.LayerNormalization.WeightGradient(first, last, Rows, {stride}, in {At(x, start)}, in {statistics(part)}, in {At(dy, start)}, ref Gradient({norm.Weight + start}), ref Gradient({norm.Bias + start}));");

    /// <summary>The statements of one row of one stream, with the parameters at <c>p</c>; the products have left their sums in scratch memory.</summary>
    /// <param name="plan">The layer.</param>
    /// <param name="number">The number type.</param>
    /// <param name="scratch">Where the input sums lie, with the recurrent sums and room for c behind them.</param>
    /// <param name="state">The value of a state.</param>
    public static IEnumerable<string> Step(NormalizedPlan plan, string number, Func<int, string> scratch, Func<int, string> state)
    {
        string gates = scratch(0), hidden = scratch(plan.Width), cell = scratch(2 * plan.Width);
        IEnumerable<string> statements = [.. Normalise(plan.InputNorm, number, "1", gates, gates, null), .. Normalise(plan.HiddenNorm, number, "1", hidden, hidden, null)];
        return statements.Concat(Gates(plan, number, "1", hidden, gates, state, state, cell, null));
    }

    /// <summary>The statements from the normalised sums to the new states.</summary>
    public static IEnumerable<string> Gates(
        NormalizedPlan plan, string number, string rows, string hidden, string gates, Func<int, string> previous, Func<int, string> next, string cell, Func<int, string>? cellStatistics)
    {
        if (plan.CellNorm is not { } norm)
        {
            return [$"{Kernels}.NormalizedGru.Gates({rows}, {plan.Units}, in {hidden}, ref {gates}, in {previous(0)}, ref {next(0)});"];
        }

        return
        [
            $"{Kernels}.NormalizedLstm.Gates({rows}, {plan.Units}, in {hidden}, ref {gates}, in {previous(1)}, ref {next(1)});",
            .. Normalise(norm, number, rows, next(1), cell, cellStatistics),
            $"{Kernels}.NormalizedLstm.Output({rows}, {plan.Units}, in {gates}, ref {cell}, ref {next(0)});",
        ];
    }

    public static string At(string reference, int index) => index == 0 ? reference : $"{Unsafe}.Add(ref {reference}, {index})";

    private static IEnumerable<string> EachPart(NormPlan norm, Func<int, int, int, int, string> call)
    {
        int start = 0, stride = norm.Parts.Sum();
        for (int part = 0; part < norm.Parts.Count; part++)
        {
            yield return call(part, start, norm.Parts[part], stride);
            start += norm.Parts[part];
        }
    }
}
