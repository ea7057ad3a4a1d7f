using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Read;

/// <summary>One attribute of FastSeq on a class: typed access to its arguments, and its text and place for messages. Holds symbols: lives in the Read stage alone.</summary>
internal sealed class DeclaredAttribute
{
    private readonly AttributeData data;

    private DeclaredAttribute(AttributeData data, SyntaxNode syntax)
    {
        this.data = data;
        Syntax = syntax;
        FullName = data.AttributeClass!.ToDisplayString();
        Location = LocationInfo.From(syntax.GetLocation());
        Text = Describe();
    }

    /// <summary>The full name of the attribute's class.</summary>
    public string FullName { get; }

    /// <summary>The attribute as people read it, whatever alias wrote it: <c>[Lstm(64, Layers = 2)]</c>.</summary>
    public string Text { get; }

    public SyntaxNode Syntax { get; }

    public LocationInfo Location { get; }

    public string RuntimeVersion => data.AttributeClass!.ContainingAssembly.Identity.Version.ToString();

    public bool IsLoss => KnownNames.LossAttributes.Contains(FullName);

    public bool IsFirstLayer => FullName is KnownNames.InputAttribute or KnownNames.EmbeddingAttribute && !IsEmbeddedColumn;

    /// <summary>Whether it embeds a column of the features instead of the tokens of a model.</summary>
    public bool IsEmbeddedColumn => FullName == KnownNames.EmbeddingAttribute && Named("Column", -1) != -1;

    public bool IsRecurrent => FullName is KnownNames.RnnAttribute or KnownNames.LstmAttribute or KnownNames.GruAttribute;

    /// <summary>Whether it reads other time steps than its own.</summary>
    public bool ReadsTime => IsRecurrent || FullName == KnownNames.Conv1dAttribute;

    /// <summary>Whether it leaves one row a sequence.</summary>
    public bool IsPooling =>
        FullName is KnownNames.LastStepAttribute or KnownNames.MeanOverTimeAttribute or KnownNames.MaxOverTimeAttribute or KnownNames.AttentionPoolingAttribute;

    /// <summary>Whether the compiler could bind the attribute; where it could not, it says so itself.</summary>
    public bool IsReadable =>
        data.AttributeConstructor is { } constructor
        && data.ConstructorArguments.Length == constructor.Parameters.Length
        && data.ConstructorArguments.All(argument => argument.Kind != TypedConstantKind.Error)
        && data.NamedArguments.All(argument => argument.Value.Kind != TypedConstantKind.Error);

    /// <summary>The layers and losses on a class, known to this generator or not, in source order within each part.</summary>
    public static List<DeclaredAttribute> LayersAndLosses(INamedTypeSymbol model)
    {
        var found = new List<DeclaredAttribute>();
        foreach (AttributeData data in model.GetAttributes())
        {
            if (data.AttributeClass is { } type && IsLayerOrLoss(type) && data.ApplicationSyntaxReference?.GetSyntax() is { } syntax)
            {
                found.Add(new DeclaredAttribute(data, syntax));
            }
        }

        found.Sort((left, right) => left.Syntax.SyntaxTree == right.Syntax.SyntaxTree ? left.Syntax.SpanStart.CompareTo(right.Syntax.SpanStart) : 0);
        return found;
    }

    /// <summary>The value of a positional argument.</summary>
    public T Positional<T>(int index)
        where T : struct => index < data.ConstructorArguments.Length && data.ConstructorArguments[index].Value is T value ? value : default;

    /// <summary>The text of a positional argument; empty where it is null.</summary>
    public string PositionalText(int index) => index < data.ConstructorArguments.Length ? data.ConstructorArguments[index].Value as string ?? "" : "";

    /// <summary>The value of a named argument, or <paramref name="missing"/>.</summary>
    public T Named<T>(string name, T missing)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in data.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value.Value is T value ? value : missing;
            }
        }

        return missing;
    }

    /// <summary>The names of the named arguments.</summary>
    public IEnumerable<string> NamedOptions => data.NamedArguments.Select(argument => argument.Key);

    /// <summary>The numbers of a positional array; none where there is no array.</summary>
    public EquatableArray<float> PositionalNumbers(int index) => index < data.ConstructorArguments.Length ? Numbers(data.ConstructorArguments[index]) : [];

    /// <summary>The numbers of a named array; none where there is no array.</summary>
    public EquatableArray<float> NamedNumbers(string name) => Numbers(data.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value);

    private static EquatableArray<float> Numbers(TypedConstant array) =>
        array.Kind == TypedConstantKind.Array && !array.IsNull ? array.Values.Select(value => value.Value is float number ? number : float.NaN).ToEquatableArray() : [];

    private static bool IsLayerOrLoss(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.Name is "LayerAttribute" or "LossAttribute" && ancestor.ToDisplayString() is KnownNames.LayerAttribute or KnownNames.LossAttribute)
            {
                return true;
            }
        }

        return false;
    }

    private string Describe()
    {
        const string suffix = "Attribute";
        string name = data.AttributeClass!.Name;
        if (name.EndsWith(suffix, System.StringComparison.Ordinal))
        {
            name = name.Substring(0, name.Length - suffix.Length);
        }

        IEnumerable<string> positional = data.ConstructorArguments.Select(argument => IsArray(argument) ? Elements(argument) : Describe(argument)).Where(text => text.Length > 0);
        IEnumerable<string> named = data.NamedArguments.Select(argument => argument.Key + " = " + Describe(argument.Value));
        string arguments = string.Join(", ", positional.Concat(named));
        return arguments.Length == 0 ? $"[{name}]" : $"[{name}({arguments})]";
    }

    private static bool IsArray(TypedConstant argument) => argument.Kind == TypedConstantKind.Array && !argument.IsNull;

    private static string Elements(TypedConstant array)
    {
        const int most = 8;
        IEnumerable<string> shown = array.Values.Take(most).Select(Describe);
        return string.Join(", ", array.Values.Length > most ? shown.Append("...") : shown);
    }

    private static string Describe(TypedConstant argument)
    {
        if (IsArray(argument))
        {
            return $"new[] {{ {Elements(argument)} }}";
        }

        if (argument.Kind == TypedConstantKind.Enum && argument.Type is { } type)
        {
            IFieldSymbol? member = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => field.HasConstantValue && Equals(field.ConstantValue, argument.Value));
            return member is null ? $"({type.Name}){argument.Value}" : $"{type.Name}.{member.Name}";
        }

        if (argument.IsNull)
        {
            return "null";
        }

        return argument.Kind == TypedConstantKind.Primitive
            ? argument.Value switch
            {
                float number => SourceWriter.Literal(number),
                bool truth => truth ? "true" : "false",
                string text => SymbolDisplay.FormatLiteral(text.Length <= 100 ? text : text.Substring(0, 100) + "...", quote: true),
                var other => System.Convert.ToString(other, CultureInfo.InvariantCulture),
            }
            : "?";
    }
}
