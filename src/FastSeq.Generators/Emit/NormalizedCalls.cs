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
    private const string Kernels = "global::FastSeq.Kernels";

    /// <summary>The kernels of the cell.</summary>
    public static string Cell(NormalizedPlan plan) => $"{Kernels}.{(plan.CellNorm is null ? "NormalizedGru" : "NormalizedLstm")}";

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

    /// <summary>Where the weights and biases of the normalisations lie, with the parameters at <c>p</c>.</summary>
    public static string Weights(NormalizedPlan plan, string number)
    {
        NormPlan[] norms = plan.CellNorm is { } cell ? [plan.InputNorm, plan.HiddenNorm, cell] : [plan.InputNorm, plan.HiddenNorm];
        return $"new {Kernels}.NormalizedWeights<{number}>(ref p, {string.Join(", ", norms.Select(norm => $"{norm.Weight}, {norm.Bias}"))})";
    }

    /// <summary>The statement from the sums of some rows to their states.</summary>
    /// <param name="plan">The layer.</param>
    /// <param name="weights">What <see cref="Weights"/> gave.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="stride">The numbers from one row of sums to the next.</param>
    /// <param name="keeps">Whether what backward needs is kept.</param>
    /// <param name="input">The input sums of the first row, a <c>ref</c> expression as all that follow.</param>
    /// <param name="hidden">Its recurrent sums.</param>
    /// <param name="gates">Where its gates go.</param>
    /// <param name="previous">Its previous state of a number.</param>
    /// <param name="next">Where its new state of a number goes.</param>
    /// <param name="tanh">Where the tanh of its normalised c goes.</param>
    /// <param name="statistics">Where its statistics go.</param>
    public static string Forward(
        NormalizedPlan plan, string weights, string rows, int stride, string keeps, string input, string hidden, string gates, Func<int, string> previous, Func<int, string> next, string tanh, string statistics)
    {
        string states = plan.CellNorm is null ? $"in {previous(0)}, ref {next(0)}" : $"in {previous(1)}, ref {next(1)}, ref {tanh}, ref {next(0)}";
        return $"{Cell(plan)}.Forward({rows}, {plan.Units}, {stride}, {SourceWriter.Literal(NormalizedPlan.Epsilon)}, {keeps}, {weights}, ref {input}, ref {hidden}, ref {gates}, {states}, ref {statistics});";
    }

    /// <summary>The statement of one row of one stream, with the parameters at <c>p</c>; the products have left their sums in scratch memory.</summary>
    /// <param name="plan">The layer.</param>
    /// <param name="number">The number type.</param>
    /// <param name="scratch">Where the input sums lie, with the recurrent sums and room for statistics behind them.</param>
    /// <param name="state">The value of a state.</param>
    public static string Step(NormalizedPlan plan, string number, Func<int, string> scratch, Func<int, string> state) =>
        Forward(plan, Weights(plan, number), "1", plan.Width, "false", scratch(0), scratch(plan.Width), scratch(0), state, state, RowCalls.Null(number), scratch(2 * plan.Width));
}
