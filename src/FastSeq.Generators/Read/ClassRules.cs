using System.Linq;
using System.Threading;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Descriptors = FastSeq.Generators.Diagnostics.DiagnosticDescriptors;

namespace FastSeq.Generators.Read;

/// <summary>What the class must be, so that the generator can write the rest of it, and must not hold, so that what it writes compiles.</summary>
internal static class ClassRules
{
    /// <param name="model">The class.</param>
    /// <param name="node">Its part with [SequenceModel].</param>
    /// <param name="runtime">The assembly of [SequenceModel].</param>
    public static void Check(
        INamedTypeSymbol model, TypeDeclarationSyntax node, IAssemblySymbol runtime, Compilation compilation, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        LocationInfo place = PlaceOf(node);
        CheckProject(model, node, runtime, compilation, place, diagnostics);
        CheckPartial(model, diagnostics, cancel);
        CheckKind(model, place, diagnostics);
        CheckMembers(model, runtime, place, diagnostics, cancel);
    }

    /// <summary>The declaration of a class from its first modifier to its name.</summary>
    public static LocationInfo PlaceOf(TypeDeclarationSyntax node)
    {
        SyntaxToken first = node.Modifiers.Count > 0 ? node.Modifiers[0] : node.Keyword;
        return LocationInfo.From(node.SyntaxTree, TextSpan.FromBounds(first.SpanStart, node.Identifier.Span.End));
    }

    private static void CheckProject(
        INamedTypeSymbol model, TypeDeclarationSyntax node, IAssemblySymbol runtime, Compilation compilation, LocationInfo place, DiagnosticBag diagnostics)
    {
        if (node.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp13 } options)
        {
            diagnostics.Add(Descriptors.LanguageTooOld, place, model.Name, options.LanguageVersion.ToDisplayString());
        }

        if (compilation.GetMetadataReference(runtime) is { Properties.Aliases: { IsDefaultOrEmpty: false } aliases } && !aliases.Contains("global"))
        {
            diagnostics.Add(Descriptors.RuntimeAliased, place, model.Name, aliases[0]);
        }

        if (KnownNames.RequiredTypes.FirstOrDefault(name => runtime.GetTypeByMetadataName(name) is null) is { } missing)
        {
            diagnostics.Add(Descriptors.VersionMismatch, place, model.Name, $"'{missing}'", runtime.Identity.Version.ToString());
        }

        if (HidingType(model, compilation) is { } hiding)
        {
            diagnostics.Add(Descriptors.HiddenType, place, model.Name, hiding.ToDisplayString());
        }
    }

    /// <summary>A type of the project that comes before one that generated code names: by its full name, or by a word that is a keyword only where no type has it.</summary>
    private static ISymbol? HidingType(INamedTypeSymbol model, Compilation compilation)
    {
        for (ISymbol? scope = model; scope is INamespaceOrTypeSymbol container; scope = scope.ContainingSymbol)
        {
            if (KnownNames.TypeWords.SelectMany(word => container.GetTypeMembers(word)).FirstOrDefault() is { } member)
            {
                return member;
            }

            if (container is INamedTypeSymbol type && type.TypeParameters.FirstOrDefault(parameter => KnownNames.TypeWords.Contains(parameter.Name)) is { } parameter)
            {
                return parameter;
            }
        }

        INamespaceSymbol own = compilation.Assembly.GlobalNamespace;
        return own.GetMembers("System").Any() || own.GetMembers(KnownNames.Namespace).Any()
            ? KnownNames.HideableNames.Select(compilation.Assembly.GetTypeByMetadataName).FirstOrDefault(type => type is not null)
            : null;
    }

    private static void CheckPartial(INamedTypeSymbol model, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        for (INamedTypeSymbol? type = model; type is not null; type = type.ContainingType)
        {
            foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax(cancel) is TypeDeclarationSyntax part && !part.Modifiers.Any(SyntaxKind.PartialKeyword))
                {
                    diagnostics.Add(Descriptors.NotPartial, PlaceOf(part), type.Name);
                }
            }
        }
    }

    private static void CheckKind(INamedTypeSymbol model, LocationInfo place, DiagnosticBag diagnostics)
    {
        if (model.IsRecord)
        {
            Unsupported("a record", "Declare a class.");
        }

        if (model.IsStatic)
        {
            Unsupported("static", "Remove the 'static' modifier.");
        }
        else if (model.IsAbstract)
        {
            Unsupported("abstract", "Remove the 'abstract' modifier.");
        }

        if (model.TypeParameters.Length > 0)
        {
            Unsupported("generic", "Remove its type parameters; a type around it may have them.");
        }

        for (INamedTypeSymbol? type = model; type is not null; type = type.ContainingType)
        {
            if (type.IsFileLocal)
            {
                Unsupported(type.Equals(model, SymbolEqualityComparer.Default) ? "file-local" : $"inside the file-local '{type.Name}'",
                    "Remove the 'file' modifier: the rest of the class is written to another file.");
            }
        }

        if (model.BaseType is { SpecialType: not SpecialType.System_Object, TypeKind: not TypeKind.Error } baseType)
        {
            diagnostics.Add(Descriptors.BaseClass, place, model.Name, baseType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        }

        if (EmittedMembers.All.Contains(model.Name))
        {
            diagnostics.Add(Descriptors.ClassNameTaken, place, model.Name);
        }

        void Unsupported(string what, string mend) => diagnostics.Add(Descriptors.UnsupportedClass, place, model.Name, what, mend);
    }

    private static void CheckMembers(
        INamedTypeSymbol model, IAssemblySymbol runtime, LocationInfo place, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        foreach (IMethodSymbol constructor in model.InstanceConstructors.Where(constructor => !constructor.IsImplicitlyDeclared))
        {
            diagnostics.Add(Descriptors.UserConstructor, PlaceOf(constructor), model.Name);
        }

        foreach (ISymbol member in model.GetMembers())
        {
            cancel.ThrowIfCancellationRequested();
            if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
            {
                diagnostics.Add(Descriptors.RequiredMember, PlaceOf(member), model.Name, member.Name);
            }

            if (Implements(member, runtime) is { } implemented)
            {
                diagnostics.Add(Descriptors.MemberCollision, PlaceOf(member), model.Name, member.Name, implemented.Name);
            }
            else if (!member.IsImplicitlyDeclared && EmittedMembers.All.FirstOrDefault(name => Collides(member, name)) is { } taken)
            {
                diagnostics.Add(Descriptors.MemberCollision, PlaceOf(member), model.Name, member.Name, taken);
            }
        }

        LocationInfo PlaceOf(ISymbol member) =>
            member.Locations.FirstOrDefault(location => location.IsInSource) is { } location ? LocationInfo.From(location) : place;
    }

    /// <summary>The member of an interface of FastSeq that a member implements explicitly, as generated ones may.</summary>
    private static ISymbol? Implements(ISymbol member, IAssemblySymbol runtime)
    {
        ISymbol? implemented = member switch
        {
            IPropertySymbol property => property.ExplicitInterfaceImplementations.FirstOrDefault(),
            IMethodSymbol { AssociatedSymbol: null } method => method.ExplicitInterfaceImplementations.FirstOrDefault(),
            _ => null,
        };
        return SymbolEqualityComparer.Default.Equals(implemented?.ContainingAssembly, runtime) ? implemented : null;
    }

    /// <summary>Whether a member has the name of a generated one, or of the accessor of a generated property.</summary>
    private static bool Collides(ISymbol member, string name) =>
        member.Name == name || (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } && (member.Name == "get_" + name || member.Name == "set_" + name));
}
