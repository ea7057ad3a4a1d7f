using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FastSeq.Generators.Diagnostics;

/// <summary>A place in source as plain values, so that no syntax tree outlives the Read stage.</summary>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo From(Location location) =>
        new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public static LocationInfo From(SyntaxTree tree, TextSpan span) => From(Location.Create(tree, span));

    /// <summary>The place in the compilation's own tree, so that <c>#pragma warning disable</c> and .editorconfig apply.</summary>
    public Location ToLocation(Compilation compilation) =>
        compilation.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == FilePath && Span.End <= tree.Length) is { } tree
            ? Location.Create(tree, Span)
            : Location.Create(FilePath, Span, Lines);
}
