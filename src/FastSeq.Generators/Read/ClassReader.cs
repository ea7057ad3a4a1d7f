using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Read;

/// <summary>Where a model's class stands -> <see cref="HierarchyInfo"/>.</summary>
internal static class ClassReader
{
    public static HierarchyInfo Read(INamedTypeSymbol model)
    {
        var headers = new List<string>();
        for (INamedTypeSymbol? type = model; type is not null; type = type.ContainingType)
        {
            headers.Insert(0, Header(type));
        }

        return new HierarchyInfo(
            NamespaceOf(model), headers.ToEquatableArray(), model.Name, Identifier(model.Name),
            model.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat), HintNames.Of(model));
    }

    /// <summary>The name as code: keywords, reserved or contextual, are escaped.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None
        || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None
        || name is "dynamic" or "nint" or "nuint" or "notnull" or "extension" or "field" or "scoped" or "allows"
            ? "@" + name
            : name;

    private static string NamespaceOf(INamedTypeSymbol model)
    {
        var parts = new Stack<string>();
        for (INamespaceSymbol? space = model.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            parts.Push(Identifier(space.Name));
        }

        return string.Join(".", parts);
    }

    private static string Header(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
            { TypeKind: TypeKind.Struct } => "struct",
            { IsRecord: true } => "record",
            _ => "class",
        };
        string parameters = type.TypeParameters.Length == 0 ? "" : $"<{string.Join(", ", type.TypeParameters.Select(TypeParameter))}>";
        return $"partial {kind} {Identifier(type.Name)}{parameters}";
    }

    private static string TypeParameter(ITypeParameterSymbol parameter) => parameter.Variance switch
    {
        VarianceKind.In => "in ",
        VarianceKind.Out => "out ",
        _ => "",
    } + Identifier(parameter.Name);
}
