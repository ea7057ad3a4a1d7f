using FastSeq.Generators.Specs;
using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The activations of cells as equations: ONNX's formulas.</summary>
internal static class Functions
{
    /// <summary>f(x).</summary>
    public static Node Of(CellFunction f, Node x) => f.Kind switch
    {
        CellActivation.Relu => Relu(x),
        CellActivation.Sigmoid => Sigmoid(x),
        CellActivation.HardSigmoid => Min(1, Max(0, (f.Alpha * x) + f.Beta)),
        CellActivation.Affine => (f.Alpha * x) + f.Beta,
        CellActivation.LeakyRelu => SelectGreater(x, x, 0, f.Alpha * x),
        CellActivation.ThresholdedRelu => SelectGreater(0, f.Alpha, x, x),
        CellActivation.ScaledTanh => f.Alpha * Tanh(f.Beta * x),

        // Not above 0, so that no exponential overflows where it is not used.
        CellActivation.Elu => SelectGreater(x, x, 0, f.Alpha * (Exp(Min(0, x)) - 1)),
        CellActivation.Softsign => x / (1 + Max(0 - x, x)),
        CellActivation.Softplus => Softplus(x),
        _ => Tanh(x),
    };

    /// <summary>f(x) as text.</summary>
    public static string Text(CellFunction f, string x)
    {
        string alpha = Number(f.Alpha), beta = Number(f.Beta), factor = x.IndexOf(' ') >= 0 ? $"({x})" : x;
        return f.Kind switch
        {
            CellActivation.Relu => $"max(0, {x})",
            CellActivation.Sigmoid => $"σ({x})",
            CellActivation.HardSigmoid => $"min(1, max(0, {alpha}*{factor} + {beta}))",
            CellActivation.Affine => $"({alpha}*{factor} + {beta})",
            CellActivation.LeakyRelu => $"leakyrelu({x}, {alpha})",
            CellActivation.ThresholdedRelu => $"thresholdedrelu({x}, {alpha})",
            CellActivation.ScaledTanh => $"{alpha}*tanh({beta}*{factor})",
            CellActivation.Elu => $"elu({x}, {alpha})",
            CellActivation.Softsign => $"softsign({x})",
            CellActivation.Softplus => $"softplus({x})",
            _ => $"tanh({x})",
        };
    }

    /// <summary>x, held between -bound and bound; the derivative passes where x lies there, the ends included.</summary>
    public static Node Clip(Node x, float? bound) => bound is { } limit ? Min(limit, Max(-limit, x)) : x;

    /// <summary>The line of a formula that says how the sums are held, if they are.</summary>
    public static string[] ClipLine(float? bound) => bound is { } limit ? [$"each sum is held between -{Number(limit)} and {Number(limit)} before its activation"] : [];

    public static string Number(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
