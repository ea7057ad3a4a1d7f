using System;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Read;

/// <summary>A recurrent attribute -> the <see cref="CellSpec"/> of its layers, with every option of the cell checked.</summary>
internal sealed class CellReader(DiagnosticBag diagnostics)
{
    private static readonly string[] OptionsOfNormalized = ["Name", "Frozen", "Layers", "Dropout", "LearnInitialState", "Direction", "Merge", "LayerNorm"];

    public CellSpec Read(DeclaredAttribute attribute)
    {
        CellSpec cell = attribute.FullName switch
        {
            KnownNames.RnnAttribute => new CellSpec(CellKind.Rnn) { Candidate = Function(attribute, "", CellActivation.Tanh) },
            KnownNames.LstmAttribute => Lstm(attribute),
            _ => Gru(attribute),
        };
        bool isNormalized = attribute.Named("LayerNorm", false);
        if (isNormalized)
        {
            CheckNormalized(attribute);
        }

        return cell with { InputClip = Bound(attribute, "InputClip"), Zoneout = attribute.Named("Zoneout", 0f), CellZoneout = attribute.Named("CellZoneout", 0f), IsNormalized = isNormalized };
    }

    /// <summary>A normalised cell is the published one: its sums have other biases, and its gates no other functions or bounds.</summary>
    private void CheckNormalized(DeclaredAttribute attribute)
    {
        foreach (string option in attribute.NamedOptions.Where(option => !OptionsOfNormalized.Contains(option)))
        {
            diagnostics.Add(DiagnosticDescriptors.NormalizedOption, attribute.Location, attribute.Text, option);
        }
    }

    private CellSpec Lstm(DeclaredAttribute attribute)
    {
        bool isCoupled = attribute.Named("Coupled", false);
        if (isCoupled && !float.IsNaN(attribute.Named("ForgetBias", float.NaN)))
        {
            Unused(attribute, "ForgetBias", "with Coupled = true there is no forget gate");
        }

        return new CellSpec(CellKind.Lstm)
        {
            Gate = Function(attribute, "Gate", CellActivation.Sigmoid),
            Candidate = Function(attribute, "Cell", CellActivation.Tanh),
            Output = Function(attribute, "Output", CellActivation.Tanh),
            IsCoupled = isCoupled,
            IsProjected = attribute.Named("ProjectionSize", 0) != 0,
            HasPeepholes = attribute.Named("Peepholes", false),
            CellClip = Bound(attribute, "CellClip"),
        };
    }

    private CellSpec Gru(DeclaredAttribute attribute)
    {
        int reset = attribute.Named("Reset", 0);
        if (reset is not (0 or 1))
        {
            diagnostics.Add(DiagnosticDescriptors.UnknownEnumValue, attribute.Location, attribute.Text, "Reset", "GruReset.AfterProduct or GruReset.BeforeProduct");
        }

        return new CellSpec(reset == 0 ? CellKind.GruResetAfterProduct : CellKind.GruResetBeforeProduct)
        {
            Gate = Function(attribute, "Gate", CellActivation.Sigmoid),
            Candidate = Function(attribute, "Candidate", CellActivation.Tanh),
        };
    }

    /// <summary>The activation of the options that begin with <paramref name="place"/>, with ONNX's numbers where none are given.</summary>
    private CellFunction Function(DeclaredAttribute attribute, string place, CellActivation usual)
    {
        int value = attribute.Named(place + "Activation", (int)usual);
        if (!Enum.IsDefined(typeof(CellActivation), value))
        {
            string[] names = Enum.GetNames(typeof(CellActivation)).Select(name => "RnnActivation." + name).ToArray();
            string choices = string.Join(", ", names.Take(names.Length - 1)) + " or " + names[names.Length - 1];
            diagnostics.Add(DiagnosticDescriptors.UnknownEnumValue, attribute.Location, attribute.Text, place + "Activation", choices);
            return new CellFunction(usual);
        }

        var kind = (CellActivation)value;
        (float? alpha, float? beta) = kind switch
        {
            CellActivation.HardSigmoid => (0.2f, 0.5f),
            CellActivation.Affine => (1f, 0f),
            CellActivation.LeakyRelu => (0.01f, null),
            CellActivation.ThresholdedRelu => (1f, null),
            CellActivation.ScaledTanh => (1f, 1f),
            CellActivation.Elu => (1f, null),
            _ => ((float?)null, (float?)null),
        };
        return new CellFunction(kind, Number(attribute, place + "Alpha", alpha, kind), Number(attribute, place + "Beta", beta, kind));
    }

    private float Number(DeclaredAttribute attribute, string name, float? usual, CellActivation function)
    {
        float value = attribute.Named(name, float.NaN);
        if (float.IsNaN(value))
        {
            return usual ?? 0;
        }

        if (usual is null)
        {
            Unused(attribute, name, $"RnnActivation.{function} has no such number");
        }
        else if (float.IsInfinity(value))
        {
            diagnostics.Add(DiagnosticDescriptors.NotFinite, attribute.Location, attribute.Text, name);
        }

        return value;
    }

    /// <summary>A bound on both sides of 0; infinity, which is none, stands for a missing one.</summary>
    private float? Bound(DeclaredAttribute attribute, string name)
    {
        float value = attribute.Named(name, float.PositiveInfinity);
        if (!(value > 0))
        {
            diagnostics.Add(DiagnosticDescriptors.NotPositive, attribute.Location, attribute.Text, name);
        }

        return float.IsPositiveInfinity(value) ? null : value;
    }

    private void Unused(DeclaredAttribute attribute, string option, string reason) =>
        diagnostics.Add(DiagnosticDescriptors.OptionWithoutUse, attribute.Location, attribute.Text, option, reason);
}
