using System.Collections.Generic;
using System.Linq;
using System.Threading;
using FastSeq.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastSeq.Generators.Read;

/// <summary>A class with layers or a loss but without [SequenceModel] -> one diagnostic, at the first of them.</summary>
internal static class OrphanReader
{
    public static DiagnosticInfo? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        if (type.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == KnownNames.SequenceModelAttribute))
        {
            return null;
        }

        List<DeclaredAttribute> attributes = DeclaredAttribute.LayersAndLosses(type);
        cancel.ThrowIfCancellationRequested();

        // Found once for each kind of attribute and each part: report where the first attribute itself is found.
        bool isFirst = attributes.Count > 0
            && attributes[0].FullName == context.Attributes[0].AttributeClass?.ToDisplayString()
            && attributes[0].Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() == context.TargetNode;
        if (!isFirst)
        {
            return null;
        }

        var bag = new DiagnosticBag();
        bag.Add(DiagnosticDescriptors.NotAModel, attributes[0].Location, type.Name, attributes[0].Text);
        return bag.ToArray()[0];
    }
}
