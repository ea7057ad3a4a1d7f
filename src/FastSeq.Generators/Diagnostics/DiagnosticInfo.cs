using System.Linq;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Diagnostics;

/// <summary>A diagnostic as plain values.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    public bool IsError => Descriptor.DefaultSeverity == DiagnosticSeverity.Error;

    public Diagnostic ToDiagnostic(Compilation compilation) =>
        Diagnostic.Create(Descriptor, Location.ToLocation(compilation), Arguments.ToArray<object>());
}
