using System.Collections.Generic;
using System.Linq;
using System.Threading;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastSeq.Generators.Read;

/// <summary>A class with [SequenceModel] -> its <see cref="ModelSpec"/>, or what is wrong with it. Symbols and syntax end here.</summary>
internal static class ModelReader
{
    private static readonly Result<ModelSpec> Nothing = new(null, []);

    public static Result<ModelSpec> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var model = (INamedTypeSymbol)context.TargetSymbol;
        var node = (TypeDeclarationSyntax)context.TargetNode;
        AttributeData marker = FirstMarker(model.GetAttributes().Where(IsMarker));
        if (marker.ApplicationSyntaxReference?.GetSyntax(cancel).FirstAncestorOrSelf<TypeDeclarationSyntax>() != node)
        {
            return Nothing;
        }

        var diagnostics = new DiagnosticBag();
        ClassRules.Check(model, node, marker.AttributeClass!.ContainingAssembly, context.SemanticModel.Compilation, diagnostics, cancel);

        // An attribute that the compiler cannot bind is its own to report; the others cannot be judged without it.
        List<DeclaredAttribute> attributes = DeclaredAttribute.LayersAndLosses(model);
        bool isReadable = attributes.All(attribute => attribute.IsReadable);
        if (!isReadable || !AreKnownAndTogether(model, node, attributes, diagnostics))
        {
            return new Result<ModelSpec>(null, diagnostics.ToArray());
        }

        LocationInfo place = ClassRules.PlaceOf(node);
        bool isDouble = ReadPrecision(marker, diagnostics, cancel);
        OrderRules.Check(model.Name, place, attributes, diagnostics);
        List<LayerSpec> layers = new LayerReader(diagnostics).Read(attributes);
        if (!diagnostics.HasErrors)
        {
            SizeRules.Check(model.Name, place, isDouble, layers, diagnostics);
        }

        ModelSpec? spec = diagnostics.HasErrors
            ? null
            : new ModelSpec(
                ClassReader.Read(model), isDouble, layers.ToEquatableArray(),
                attributes[attributes.Count - 1].FullName == KnownNames.CrossEntropyAttribute ? LossKind.CrossEntropy : LossKind.MeanSquaredError);
        return new Result<ModelSpec>(spec, diagnostics.ToArray());
    }

    private static bool IsMarker(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() == KnownNames.SequenceModelAttribute;

    /// <summary>
    /// The [SequenceModel] of a class that is read. A second one is an error of the compiler's; where it stands on another part, Find finds both parts,
    /// each with both attributes, and the class is still read once.
    /// </summary>
    private static AttributeData FirstMarker(IEnumerable<AttributeData> markers) => markers
        .OrderBy(marker => marker.ApplicationSyntaxReference?.SyntaxTree.FilePath, System.StringComparer.Ordinal)
        .ThenBy(marker => marker.ApplicationSyntaxReference?.Span.Start)
        .First();

    /// <summary>Whether this generator knows every attribute, and all of them stand on the part that has [SequenceModel].</summary>
    private static bool AreKnownAndTogether(
        INamedTypeSymbol model, TypeDeclarationSyntax node, List<DeclaredAttribute> attributes, DiagnosticBag diagnostics)
    {
        bool areAll = true;
        foreach (DeclaredAttribute attribute in attributes)
        {
            if (!KnownNames.LayerAndLossAttributes.Contains(attribute.FullName))
            {
                areAll = false;
                diagnostics.Add(DiagnosticDescriptors.VersionMismatch, attribute.Location, model.Name, attribute.Text, attribute.RuntimeVersion);
            }
            else if (attribute.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() != node)
            {
                areAll = false;
                diagnostics.Add(DiagnosticDescriptors.LayersOnTwoParts, attribute.Location, attribute.Text, model.Name);
            }
        }

        return areAll;
    }

    private static bool ReadPrecision(AttributeData marker, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        object? value = marker.NamedArguments.FirstOrDefault(argument => argument.Key == "Precision").Value.Value;
        if (value is int precision and not (0 or 1) && marker.ApplicationSyntaxReference?.GetSyntax(cancel) is { } syntax)
        {
            diagnostics.Add(
                DiagnosticDescriptors.UnknownEnumValue, LocationInfo.From(syntax.GetLocation()),
                $"[SequenceModel(Precision = (Precision){precision})]", "Precision", "Precision.Single or Precision.Double");
        }

        return value is 1;
    }
}
