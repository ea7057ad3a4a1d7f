using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Read;

/// <summary>
/// The names of a model's generated files. The compiler refuses two that differ only in case, and file systems long ones:
/// such names, and only such, end in a hash of the full name.
/// </summary>
internal static class HintNames
{
    private const int MaxBytes = 180;

    public static string Of(INamedTypeSymbol model)
    {
        var name = new StringBuilder(model.MetadataName);
        INamedTypeSymbol outermost = model;
        for (; outermost.ContainingType is { } containing; outermost = containing)
        {
            name.Insert(0, containing.MetadataName + "+");
        }

        for (INamespaceSymbol? space = outermost.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            name.Insert(0, space.Name + ".");
        }

        string hint = name.ToString();
        if (Encoding.UTF8.GetByteCount(hint) > MaxBytes)
        {
            return hint.Substring(0, MaxBytes / 4) + "-" + Hash(hint);
        }

        return HasNamesakes(model) ? hint + "-" + Hash(hint) : hint;
    }

    /// <summary>Whether another type, or a namespace around it, has the same name but for the case of its letters.</summary>
    private static bool HasNamesakes(INamedTypeSymbol model)
    {
        for (ISymbol symbol = model; symbol.ContainingSymbol is INamespaceOrTypeSymbol container; symbol = container)
        {
            IEnumerable<ISymbol> siblings = container is INamespaceSymbol space ? space.GetMembers() : container.GetTypeMembers();
            if (siblings.Any(sibling => sibling.Name != symbol.Name && string.Equals(sibling.Name, symbol.Name, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>FNV-1a, the same in every process.</summary>
    private static string Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
