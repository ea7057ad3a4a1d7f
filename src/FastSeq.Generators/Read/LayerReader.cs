using System.Collections.Generic;
using System.Globalization;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Read;

/// <summary>One layer attribute -> <see cref="LayerSpec"/>, with every value checked.</summary>
internal sealed class LayerReader(DiagnosticBag diagnostics)
{
    public const int MaxFeatures = 8192, MaxVocabulary = 16_777_216, MaxHiddenSize = 8192, MaxStack = 64, MaxLinearSize = 65_536, MaxTaps = 1024, MaxDilation = 4096, MaxStride = 1024;

    /// <summary>The specs of the layers (not of losses), named; those that this generator does not know are left out.</summary>
    public List<LayerSpec> Read(IReadOnlyList<DeclaredAttribute> attributes)
    {
        var names = new LayerNames(attributes, diagnostics);
        var layers = new List<LayerSpec>();
        foreach (DeclaredAttribute attribute in attributes)
        {
            if (!attribute.IsLoss && Read(attribute, names.NameOf(attribute), names.IdentifierOf(attribute)) is { } layer)
            {
                if (layer is DropoutSpec { IsVariational: true } && layers.Find(below => below is LastStepSpec or PoolingSpec) is { } pooling)
                {
                    diagnostics.Add(DiagnosticDescriptors.OptionWithoutUse, attribute.Location, attribute.Text, "Variational", $"after {pooling.Declaration} a sequence has one row");
                }

                layers.Add(layer with { IsFrozen = attribute.Named("Frozen", false) });
            }
        }

        return layers;
    }

    private LayerSpec? Read(DeclaredAttribute attribute, string name, string identifier)
    {
        string text = attribute.Text;
        return attribute.FullName switch
        {
            KnownNames.InputAttribute => new InputSpec(name, identifier, text, Size(attribute, 0, "features", MaxFeatures)),
            KnownNames.EmbeddingAttribute => new EmbeddingSpec(
                name, identifier, text, Size(attribute, 0, "vocabulary", MaxVocabulary), Size(attribute, 1, "size", MaxFeatures))
            {
                Column = attribute.IsEmbeddedColumn ? attribute.Named("Column", 0) : null,
                Dropout = TokenDropout(attribute),
            },
            KnownNames.RnnAttribute or KnownNames.LstmAttribute or KnownNames.GruAttribute => Recurrent(attribute, name, identifier, new CellReader(diagnostics).Read(attribute)),
            KnownNames.LastStepAttribute => new LastStepSpec(name, identifier, text),
            KnownNames.DropoutAttribute => new DropoutSpec(name, identifier, text, Probability(attribute, "probability", attribute.Positional<float>(0)))
            {
                IsVariational = attribute.Named("Variational", false),
            },
            KnownNames.LinearAttribute => new LinearSpec(name, identifier, text, Size(attribute, 0, "size", MaxLinearSize))
            {
                HasBias = attribute.Named("Bias", true),
                IsTied = attribute.Named("Tied", false),
            },
            KnownNames.ReluAttribute => new ActivationSpec(name, identifier, text, ActivationKind.Relu),
            KnownNames.TanhAttribute => new ActivationSpec(name, identifier, text, ActivationKind.Tanh),
            KnownNames.SigmoidAttribute => new ActivationSpec(name, identifier, text, ActivationKind.Sigmoid),
            KnownNames.GeluAttribute => new ActivationSpec(
                name, identifier, text, Choice(attribute, "Approximate", "GeluApproximation.None", "GeluApproximation.Tanh") == 0 ? ActivationKind.Gelu : ActivationKind.GeluTanh),
            KnownNames.SoftmaxAttribute => new ActivationSpec(name, identifier, text, ActivationKind.Softmax),
            KnownNames.LayerNormAttribute => new LayerNormSpec(
                name, identifier, text, AboveZero(attribute, attribute.Named("Epsilon", 1e-5), "Epsilon"), attribute.Named("Bias", true)),
            KnownNames.MeanOverTimeAttribute => new PoolingSpec(name, identifier, text, PoolingKind.Mean),
            KnownNames.MaxOverTimeAttribute => new PoolingSpec(name, identifier, text, PoolingKind.Maximum),
            KnownNames.AttentionPoolingAttribute => new PoolingSpec(name, identifier, text, PoolingKind.Attention),
            KnownNames.Conv1dAttribute => Convolution(attribute, name, identifier),
            KnownNames.ResidualAttribute => new ResidualSpec(name, identifier, text),
            KnownNames.SkipAttribute => new SkipSpec(
                name, identifier, text, attribute.PositionalText(0), (Merge)Choice(attribute, "Merge", (int)Merge.Sum, "Merge.Concat", "Merge.Sum", "Merge.Mean", "Merge.Product")),
            _ => null,
        };
    }

    private RecurrentSpec Recurrent(DeclaredAttribute attribute, string name, string identifier, CellSpec cell)
    {
        int hiddenSize = Size(attribute, 0, "hidden size", MaxHiddenSize);
        int stack = InRange(attribute, attribute.Named("Layers", 1), "Layers", MaxStack);
        float dropout = Probability(attribute, "Dropout", attribute.Named("Dropout", 0f));
        if (stack == 1 && dropout is > 0 and < 1)
        {
            string probability = Support.SourceWriter.Literal(dropout);
            diagnostics.Add(DiagnosticDescriptors.DropoutWithoutStack, attribute.Location, attribute.Text, probability);
            dropout = 0;
        }

        var direction = (Direction)Choice(attribute, "Direction", "Direction.Forward", "Direction.Reverse", "Direction.Bidirectional");
        var merge = (Merge)Choice(attribute, "Merge", "Merge.Concat", "Merge.Sum", "Merge.Mean", "Merge.Product");
        if (merge != Merge.Concat && direction != Direction.Bidirectional)
        {
            diagnostics.Add(DiagnosticDescriptors.MergeOfOneDirection, attribute.Location, attribute.Text, $"Merge.{merge}");
        }

        float forgetBias = attribute.Named("ForgetBias", float.NaN);
        if (float.IsInfinity(forgetBias))
        {
            diagnostics.Add(DiagnosticDescriptors.NotFinite, attribute.Location, attribute.Text, "ForgetBias");
        }

        int projection = attribute.Named("ProjectionSize", 0);
        if (projection != 0 && (projection < 1 || projection >= hiddenSize))
        {
            diagnostics.Add(
                DiagnosticDescriptors.SizeOutOfRange, attribute.Location, attribute.Text, "ProjectionSize", "1", (hiddenSize - 1).ToString(CultureInfo.InvariantCulture));
        }

        _ = Probability(attribute, "CellZoneout");
        if (Probability(attribute, "Zoneout") > 0 && projection != 0)
        {
            diagnostics.Add(
                DiagnosticDescriptors.OptionsExclude, attribute.Location, attribute.Text, "Zoneout", "ProjectionSize", "h is a product of all units, so no unit of it can keep its value");
        }

        bool hasBias = attribute.Named("Bias", true);
        if (!float.IsNaN(forgetBias) && !hasBias)
        {
            diagnostics.Add(DiagnosticDescriptors.OptionWithoutUse, attribute.Location, attribute.Text, "ForgetBias", "with Bias = false there is no bias to start at it");
        }

        return new RecurrentSpec(name, identifier, attribute.Text, cell, hiddenSize, stack, dropout, float.IsNaN(forgetBias) ? null : forgetBias)
        {
            Direction = direction,
            Merge = merge,
            InputDropout = Probability(attribute, "InputDropout"),
            RecurrentDropout = Probability(attribute, "RecurrentDropout"),
            WeightDrop = Probability(attribute, "WeightDrop"),
            LearnsInitialState = attribute.Named("LearnInitialState", false),
            HasBias = hasBias && !cell.IsNormalized,
            ProjectionSize = projection == 0 ? null : projection,
        };
    }

    private Conv1dSpec Convolution(DeclaredAttribute attribute, string name, string identifier)
    {
        int taps = Size(attribute, 1, "kernelSize", MaxTaps), size = attribute.Named("PaddingSize", 0);
        var padding = (PaddingKind)Choice(attribute, "Padding", "Padding.Causal", "Padding.Valid", "Padding.Same", "Padding.Both");
        var convolution = new Conv1dSpec(
            name, identifier, attribute.Text, Size(attribute, 0, "channels", MaxFeatures), taps, InRange(attribute, attribute.Named("Dilation", 1), "Dilation", MaxDilation))
        {
            Stride = InRange(attribute, attribute.Named("Stride", 1), "Stride", MaxStride),
            Padding = taps == 1 ? PaddingKind.Causal : padding,
            PaddingSize = size,
        };
        if (padding != PaddingKind.Both && size != 0)
        {
            diagnostics.Add(DiagnosticDescriptors.OptionWithoutUse, attribute.Location, attribute.Text, "PaddingSize", $"Padding.{padding} says how many zeros there are; only Padding.Both does not");
        }
        else if (padding == PaddingKind.Both && taps == 1)
        {
            string options = size == 0 ? "Padding.Both" : "Padding.Both with its PaddingSize";
            diagnostics.Add(DiagnosticDescriptors.OptionWithoutUse, attribute.Location, attribute.Text, options, "outputs that read one time step read no zeros");
        }
        else if (padding == PaddingKind.Both && convolution.Reach > 0 && (size < 1 || size > convolution.Reach))
        {
            diagnostics.Add(
                DiagnosticDescriptors.SizeOutOfRange, attribute.Location, attribute.Text, "PaddingSize", "1", convolution.Reach.ToString(CultureInfo.InvariantCulture));
        }

        return convolution;
    }

    /// <summary>The share of tokens that a training step drops: those of a model that reads tokens.</summary>
    private float TokenDropout(DeclaredAttribute attribute)
    {
        float dropout = Probability(attribute, "Dropout");
        if (dropout > 0 && attribute.IsEmbeddedColumn)
        {
            diagnostics.Add(DiagnosticDescriptors.OptionsExclude, attribute.Location, attribute.Text, "Column", "Dropout", "only a model that reads tokens and nothing else can drop some of them");
        }

        return dropout;
    }

    private int Size(DeclaredAttribute attribute, int index, string label, int maximum) =>
        InRange(attribute, attribute.Positional<int>(index), label, maximum);

    private int InRange(DeclaredAttribute attribute, int value, string label, int maximum)
    {
        if (value < 1 || value > maximum)
        {
            diagnostics.Add(
                DiagnosticDescriptors.SizeOutOfRange, attribute.Location,
                attribute.Text, label, "1", maximum.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    private double AboveZero(DeclaredAttribute attribute, double value, string label)
    {
        if (!(value > 0 && value < double.PositiveInfinity))
        {
            diagnostics.Add(DiagnosticDescriptors.NotAboveZero, attribute.Location, attribute.Text, label);
        }

        return value;
    }

    private float Probability(DeclaredAttribute attribute, string option) => Probability(attribute, option, attribute.Named(option, 0f));

    private float Probability(DeclaredAttribute attribute, string label, float value)
    {
        if (!(value >= 0 && value < 1))
        {
            diagnostics.Add(DiagnosticDescriptors.ProbabilityOutOfRange, attribute.Location, attribute.Text, label);
        }

        return value;
    }

    private int Choice(DeclaredAttribute attribute, string label, params string[] choices) => Choice(attribute, label, 0, choices);

    private int Choice(DeclaredAttribute attribute, string label, int missing, params string[] choices)
    {
        int value = attribute.Named(label, missing), last = choices.Length - 1;
        if (value < 0 || value > last)
        {
            string list = string.Join(", ", choices, 0, last) + " or " + choices[last];
            diagnostics.Add(DiagnosticDescriptors.UnknownEnumValue, attribute.Location, attribute.Text, label, list);
        }

        return value;
    }
}
