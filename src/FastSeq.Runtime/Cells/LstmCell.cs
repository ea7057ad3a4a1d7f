using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The long short-term memory cell, with PyTorch's gates i, f, g, o.</summary>
/// <remarks>
/// <code>
/// i = σ(W_ii·x + b_ii + W_hi·h_(t-1) + b_hi)         f, o likewise; with coupled gates f = 1 - i
/// g = tanh(W_ig·x + b_ig + W_hg·h_(t-1) + b_hg)
/// c_t = f·c_(t-1) + i·g                              with a bound held within it
/// h_t = o·tanh(c_t)
/// h_t = W_hr·(o·tanh(c_t))                           with a projection
/// with peepholes i, f and o have p_i·c_(t-1), p_f·c_(t-1) and p_o·c_t in their sums
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
/// <param name="options">Other functions than σ (<see cref="CellOptions.Gate"/>) and tanh (<see cref="CellOptions.Candidate"/>, <see cref="CellOptions.Output"/>), and other options.</param>
public sealed class LstmCell<T>(string name, string layer, int inputSize, int hiddenSize, CellOptions? options = null)
    : ReferenceCell<T>(name, layer, options?.Coupled == true ? 3 : 4, inputSize, hiddenSize, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T>? _projection = options is { ProjectionSize: > 0 } ? new($"{name}.weight_hr_l{layer}", options.ProjectionSize, hiddenSize) : null;
    private readonly ReferenceParameter<T> _peepholeI = new($"{name}.weight_ci_l{layer}", hiddenSize);
    private readonly ReferenceParameter<T> _peepholeF = new($"{name}.weight_cf_l{layer}", hiddenSize);
    private readonly ReferenceParameter<T> _peepholeO = new($"{name}.weight_co_l{layer}", hiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters
    {
        get
        {
            ReferenceParameter<T>[] peepholes = !Options.Peepholes ? [] : Options.Coupled ? [_peepholeI, _peepholeO] : [_peepholeI, _peepholeF, _peepholeO];
            return [.. base.Parameters, .. peepholes, .. _projection is null ? [] : new[] { _projection }];
        }
    }

    /// <inheritdoc/>
    public override CellState<T> ZeroState => new(new T[OutputSize], new T[HiddenSize]);

    private int GateG => Options.Coupled ? 1 : 2;

    private int GateO => Options.Coupled ? 2 : 3;

    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        (T[] i, T[] slopeI) = Activate(Options.Gate, Peep(Sum(0), _peepholeI, previous.C));
        (T[] g, T[] slopeG) = Activate(Options.Candidate, Sum(GateG));
        (T[] f, T[] slopeF) = Options.Coupled ? (Each(HiddenSize, j => T.One - i[j]), []) : Activate(Options.Gate, Peep(Sum(1), _peepholeF, previous.C));

        T bound = T.CreateChecked(Options.CellClip);
        T[] mixed = Each(HiddenSize, j => (f[j] * previous.C[j]) + (i[j] * g[j]));
        T[] c = Each(HiddenSize, j => T.Clamp(mixed[j], -bound, bound));
        (T[] o, T[] slopeO) = Activate(Options.Gate, Peep(Sum(GateO), _peepholeO, c));
        T[] m = Each(HiddenSize, j => o[j] * Options.Output.Value(c[j]));
        T[] h = _projection?.Times(m, 0, OutputSize) ?? m;
        return new Step(x, previous, new CellState<T>(h, c), m, mixed, i, f, g, o, slopeI, slopeF, slopeG, slopeO);

        T[] Sum(int gate) => Add(InputPart(gate, x), HiddenPart(gate, previous.H));
        T[] Peep(T[] sum, ReferenceParameter<T> weight, T[] cell) => Options.Peepholes ? Each(HiddenSize, j => sum[j] + (weight.Values[j] * cell[j])) : sum;
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        (T[] x, CellState<T> previous, CellState<T> next, T[] m, T[] mixed, T[] i, T[] f, T[] g, T[] o, T[] slopeI, T[] slopeF, T[] slopeG, T[] slopeO) = (Step)step;
        T[] dm = dNext.H, c = next.C;
        if (_projection is not null)
        {
            // forward: h = W_hr·m
            _projection.AddGradient(dNext.H, m, 0);
            dm = _projection.TransposedTimes(dNext.H, 0);
        }

        // forward: m = o·f(c), which is h without a projection
        T[] dao = Each(HiddenSize, j => dm[j] * Options.Output.Value(c[j]) * slopeO[j]);
        T[] dc = Each(HiddenSize, j => dNext.C[j] + (dm[j] * o[j] * Options.Output.Slope(c[j])));
        dc = Peep(dc, _peepholeO, dao, c);

        // forward: c = f·c_(t-1) + i·g, held within a bound
        T bound = T.CreateChecked(Options.CellClip);
        dc = Each(HiddenSize, j => T.Abs(mixed[j]) <= bound ? dc[j] : T.Zero);
        T[] dcPrevious = Each(HiddenSize, j => dc[j] * f[j]);
        T[] dag = Each(HiddenSize, j => dc[j] * i[j] * slopeG[j]);
        T[][] da;
        if (Options.Coupled)
        {
            // forward: f = 1 - i
            da = [Each(HiddenSize, j => dc[j] * (g[j] - previous.C[j]) * slopeI[j]), dag, dao];
        }
        else
        {
            da = [Each(HiddenSize, j => dc[j] * g[j] * slopeI[j]), Each(HiddenSize, j => dc[j] * previous.C[j] * slopeF[j]), dag, dao];
        }

        dcPrevious = Peep(dcPrevious, _peepholeI, da[0], previous.C);
        if (!Options.Coupled)
        {
            dcPrevious = Peep(dcPrevious, _peepholeF, da[1], previous.C);
        }

        // forward: a = W_ih·x + b_ih + W_hh·h_(t-1) + b_hh, of each gate
        var dx = new T[InputSize];
        var dhPrevious = new T[OutputSize];
        for (int gate = 0; gate < da.Length; gate++)
        {
            dx = Add(dx, InputPartBackward(gate, da[gate], x));
            dhPrevious = Add(dhPrevious, HiddenPartBackward(gate, da[gate], previous.H));
        }

        return (dx, new CellState<T>(dhPrevious, dcPrevious));

        // forward: a += p·cell
        T[] Peep(T[] dCell, ReferenceParameter<T> weight, T[] dSum, T[] cell)
        {
            if (!Options.Peepholes)
            {
                return dCell;
            }

            weight.AddGradient(Each(HiddenSize, j => dSum[j] * cell[j]), 0);
            return Each(HiddenSize, j => dCell[j] + (dSum[j] * weight.Values[j]));
        }
    }

    private sealed record Step(
        T[] X, CellState<T> Previous, CellState<T> Next, T[] M, T[] Mixed, T[] I, T[] F, T[] G, T[] O, T[] SlopeI, T[] SlopeF, T[] SlopeG, T[] SlopeO)
        : CellStep<T>(X, Previous, Next);
}
