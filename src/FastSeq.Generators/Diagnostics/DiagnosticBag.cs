using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Diagnostics;

/// <summary>What is wrong with one declaration, as far as it has been read.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<DiagnosticInfo> items = [];

    public bool HasErrors => items.Any(item => item.IsError);

    public void Add(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments) =>
        items.Add(new DiagnosticInfo(descriptor, location, arguments.ToEquatableArray()));

    /// <summary>All of them, in source order.</summary>
    public EquatableArray<DiagnosticInfo> ToArray() =>
        items.OrderBy(item => item.Location.FilePath, System.StringComparer.Ordinal).ThenBy(item => item.Location.Span.Start).ToEquatableArray();
}
