using System.Globalization;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>The options of all verbs.</summary>
sealed class Options
{
    public bool Short { get; private set; }

    public bool Tiny { get; private set; }

    public string Only { get; private set; } = "";

    public string? Json { get; private set; }

    public double Tolerance { get; private set; } = 1;

    public int Rounds { get; private set; } = 5;

    public int Steps { get; private set; } = 10;

    public int WarmUp { get; private set; } = 3;

    public int Threads { get; private set; } = Environment.ProcessorCount;

    /// <summary>The precisions to time.</summary>
    public ProductPrecision[] Precisions { get; private set; } = Enum.GetValues<ProductPrecision>();

    /// <summary>What is no option.</summary>
    public List<string> Files { get; } = [];

    /// <summary>What a precision is called in rows and on the command line.</summary>
    public static string NameOf(ProductPrecision precision) => precision switch
    {
        ProductPrecision.TensorFloat32 => "tf32",
        ProductPrecision.BFloat16 => "bf16",
        _ => "float32",
    };

    /// <summary>Reads a command line.</summary>
    /// <exception cref="OptionException">It is wrong.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                options.Files.Add(name);
                continue;
            }

            if (name == "--short")
            {
                options.Short = true;
                continue;
            }

            if (name == "--tiny")
            {
                (options.Tiny, options.Rounds, options.Steps, options.WarmUp) = (true, 1, 1, 1);
                continue;
            }

            string value = ++i < args.Length ? args[i] : throw new OptionException($"{name} needs a value.");
            options.Set(name, value);
        }

        return options;
    }

    void Set(string name, string value)
    {
        switch (name)
        {
            case "--only":
                Only = value;
                break;
            case "--json":
                Json = value;
                break;
            case "--tolerance":
                Tolerance = double.TryParse(value, CultureInfo.InvariantCulture, out double tolerance) && tolerance >= 0 ? tolerance : throw new OptionException($"{name} {value} must be 0 or more.");
                break;
            case "--rounds":
                Rounds = Number(name, value);
                break;
            case "--steps":
                Steps = Number(name, value);
                break;
            case "--warm-up":
                WarmUp = Number(name, value);
                break;
            case "--threads":
                Threads = Number(name, value);
                break;
            case "--precision":
                ProductPrecision[] known = [.. Enum.GetValues<ProductPrecision>().Where(precision => NameOf(precision) == value)];
                Precisions = known.Length > 0 ? known : throw new OptionException($"{name} {value} must be float32, tf32 or bf16.");
                break;
            default:
                throw new OptionException($"There is no option {name}.");
        }
    }

    static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 1_000_000 ? number : throw new OptionException($"{name} {value} must be a whole number from 1.");
}
