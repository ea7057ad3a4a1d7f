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
        bool isDouble = ReadEnum(marker, "Precision", ["Single", "Double"], "Precision", diagnostics, cancel) == 1;
        var weights = (WeightFormat)ReadEnum(marker, "Weights", ["Float32", "BFloat16", "Int8"], "WeightFormat", diagnostics, cancel);
        if (isDouble && weights != WeightFormat.Float32)
        {
            diagnostics.Add(
                DiagnosticDescriptors.QuantizedDouble, LocationInfo.From(marker.ApplicationSyntaxReference!.GetSyntax(cancel).GetLocation()), model.Name, weights.ToString());
        }

        if (weights != WeightFormat.Float32)
        {
            QuantizedRules.Check(weights, attributes, diagnostics);
        }

        OrderRules.Check(model.Name, place, attributes, diagnostics);
        List<LayerSpec> layers = new LayerReader(diagnostics).Read(attributes);
        DeclaredAttribute? declaredLoss = attributes.FirstOrDefault(attribute => attribute.IsLoss);
        LossSpec? loss = declaredLoss is null ? null : new LossReader(diagnostics).Read(declaredLoss);
        if (!diagnostics.HasErrors)
        {
            layers = new GraphRules(layers, attributes.Where(attribute => !attribute.IsLoss).ToArray(), diagnostics).Resolve();
        }

        if (!diagnostics.HasErrors)
        {
            SizeRules.Check(model.Name, place, isDouble, layers, diagnostics);
            TiedRules.Check(attributes, layers, diagnostics);
            LossRules.Check(loss!, declaredLoss!.Location, layers, diagnostics);
            CheckLearning(model.Name, place, weights, layers, diagnostics);
        }

        ModelSpec? spec = diagnostics.HasErrors
            ? null
            : new ModelSpec(
                ClassReader.Read(model), isDouble, layers.ToEquatableArray(), loss!, weights);
        return new Result<ModelSpec>(spec, diagnostics.ToArray());
    }

    /// <summary>Something must learn, unless the model is for inference only.</summary>
    private static void CheckLearning(string model, LocationInfo place, WeightFormat weights, List<LayerSpec> layers, DiagnosticBag diagnostics)
    {
        if (weights == WeightFormat.Float32 && layers.All(layer => layer.IsFrozen || !layer.HasParameters))
        {
            diagnostics.Add(DiagnosticDescriptors.NothingLearns, place, model, layers.Last(layer => layer.HasParameters).Declaration);
        }
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

    /// <summary>The value of an enumeration of [SequenceModel], which has the values 0, 1, ... under <paramref name="names"/>; 0 where it is none of them, which is reported.</summary>
    private static int ReadEnum(AttributeData marker, string property, string[] names, string type, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        object? value = marker.NamedArguments.FirstOrDefault(argument => argument.Key == property).Value.Value;
        if (value is not int number)
        {
            return 0;
        }

        if (number >= 0 && number < names.Length)
        {
            return number;
        }

        string all = string.Join(", ", names.Take(names.Length - 1).Select(name => $"{type}.{name}"));
        diagnostics.Add(
            DiagnosticDescriptors.UnknownEnumValue, LocationInfo.From(marker.ApplicationSyntaxReference!.GetSyntax(cancel).GetLocation()),
            $"[SequenceModel({property} = ({type}){number})]", property, $"{all} or {type}.{names[names.Length - 1]}");
        return 0;
    }
}
