using System.Globalization;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>How figures are written.</summary>
static class Figures
{
    /// <summary>What a precision is called in rows and on the command line.</summary>
    public static string NameOf(ProductPrecision precision) => precision switch
    {
        ProductPrecision.TensorFloat32 => "tf32",
        ProductPrecision.BFloat16 => "bf16",
        _ => "float32",
    };

    /// <summary>A number of three digits or so; a dash for none.</summary>
    public static string Short(double value) => !double.IsFinite(value) ? "-" : value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" }, CultureInfo.InvariantCulture);
}
