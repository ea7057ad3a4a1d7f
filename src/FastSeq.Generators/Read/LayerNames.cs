using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using FastSeq.Generators.Diagnostics;

namespace FastSeq.Generators.Read;

/// <summary>
/// The name of each layer: as declared, else its kind in lower case; where a kind occurs more than once, numbered from 1 over all layers of the kind,
/// named ones included, so that naming one layer does not rename another.
/// </summary>
internal sealed class LayerNames
{
    private const int MaxLength = 100;
    private readonly Dictionary<DeclaredAttribute, string> names = [];
    private readonly Dictionary<DeclaredAttribute, string> identifiers = [];

    public LayerNames(IReadOnlyList<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
    {
        DeclaredAttribute[] layers = attributes.Where(attribute => !attribute.IsLoss).ToArray();
        var owners = new Dictionary<string, DeclaredAttribute>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (DeclaredAttribute layer in layers)
        {
            string? declared = layer.Named<string?>("Name", null);
            string name = declared ?? DefaultName(layer, layers);
            if (!IsValid(name))
            {
                diagnostics.Add(DiagnosticDescriptors.InvalidName, layer.Location, layer.Text);
            }
            else if (owners.TryGetValue(name, out DeclaredAttribute? owner))
            {
                diagnostics.Add(DiagnosticDescriptors.DuplicateName, layer.Location, owner.Text, layer.Text, name);
            }
            else
            {
                owners.Add(name, layer);
            }

            names.Add(layer, name);
            identifiers.Add(layer, UniqueIdentifier(name, taken));
        }
    }

    public string NameOf(DeclaredAttribute layer) => names[layer];

    public string IdentifierOf(DeclaredAttribute layer) => identifiers[layer];

    private static string DefaultName(DeclaredAttribute layer, DeclaredAttribute[] layers)
    {
        const string suffix = "Attribute";
        string kind = layer.FullName.Substring(layer.FullName.LastIndexOf('.') + 1);
        kind = (kind.EndsWith(suffix, StringComparison.Ordinal) ? kind.Substring(0, kind.Length - suffix.Length) : kind).ToLowerInvariant();
        DeclaredAttribute[] sameKind = layers.Where(other => other.FullName == layer.FullName).ToArray();
        return sameKind.Length == 1 ? kind : kind + (Array.IndexOf(sameKind, layer) + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && name.Split('.').All(part => part.Length > 0 && part.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_'));

    /// <summary><c>encoder.lstm_1</c> -> <c>EncoderLstm1</c>, unlike every other one even where case is ignored.</summary>
    private static string UniqueIdentifier(string name, HashSet<string> taken)
    {
        var text = new StringBuilder();
        bool begins = true;
        foreach (char c in name)
        {
            bool isWord = c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');
            if (isWord)
            {
                text.Append(begins ? char.ToUpperInvariant(c) : c);
            }

            begins = !isWord;
        }

        string stem = text.Length == 0 || char.IsDigit(text[0]) ? "Layer" + text : text.ToString();
        string identifier = stem;
        for (int number = 2; !taken.Add(identifier); number++)
        {
            identifier = stem + "N" + number.ToString(CultureInfo.InvariantCulture);
        }

        return identifier;
    }
}
