using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Emit;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Read;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace FastSeq.Generators;

/// <summary>Writes the rest of every class with [SequenceModel]: Find -> Read -> Plan -> Emit -> Report.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Find the classes with [SequenceModel], and read them: symbols -> specs and diagnostics. No symbol goes further.
        IncrementalValuesProvider<Result<ModelSpec>> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.SequenceModelAttribute, static (node, _) => node is TypeDeclarationSyntax, ModelReader.Read)
            .WithTrackingName(StageNames.Read);

        // Keep the valid ones, without their diagnostics: a moved line stops here.
        IncrementalValuesProvider<ModelSpec> specs = declarations
            .Where(static declaration => declaration.Value is not null)
            .Select(static (declaration, _) => declaration.Value!)
            .WithTrackingName(StageNames.Spec);

        // Plan: decide every number of the text.
        IncrementalValuesProvider<EmitPlan> plans = specs.Select(static (spec, _) => Planner.Plan(spec)).WithTrackingName(StageNames.Plan);

        // Emit: print the plan.
        IncrementalValuesProvider<EmittedFile> files = plans
            .Select(static (plan, _) => new EmittedFile(plan.Model.HintName + ".g.cs", ModelEmitter.Emit(plan)))
            .WithTrackingName(StageNames.Emit);
        context.RegisterSourceOutput(files, static (output, file) => output.AddSource(file.HintName, SourceText.From(file.Text, System.Text.Encoding.UTF8)));

        // Report what is wrong, apart from all source; the compilation gives the places back their trees, so that pragmas apply.
        Report(context, declarations.SelectMany(static (declaration, _) => declaration.Diagnostics));
        foreach (string attribute in KnownNames.LayerAndLossAttributes)
        {
            IncrementalValuesProvider<DiagnosticInfo?> orphans = context.SyntaxProvider
                .ForAttributeWithMetadataName(attribute, static (node, _) => node is TypeDeclarationSyntax, OrphanReader.Read);
            Report(context, orphans.SelectMany(static (orphan, _) => orphan is null ? EquatableArray.Create<DiagnosticInfo>([]) : [orphan]));
        }
    }

    private static void Report(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<DiagnosticInfo> diagnostics) =>
        context.RegisterSourceOutput(
            diagnostics.WithTrackingName(StageNames.Report).Combine(context.CompilationProvider),
            static (output, pair) => output.ReportDiagnostic(pair.Left.ToDiagnostic(pair.Right)));
}
