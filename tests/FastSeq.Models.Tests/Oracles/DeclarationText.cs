using System.Globalization;
using System.Reflection;

namespace FastSeq.Tests.Oracles;

/// <summary>An attribute as one writes it: <c>[Lstm(7, Name = "layer", CellClip = 0.25f)]</c>, with the options that are not the default ones.</summary>
public static class DeclarationText
{
    public static string Of(RecurrentLayerAttribute layer, string name)
    {
        Type type = layer.GetType();
        object plain = Activator.CreateInstance(type, layer.HiddenSize)!;
        IEnumerable<string> options = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && !Equals(property.GetValue(layer), property.GetValue(plain)))
            .Select(property => $", {property.Name} = {Literal(property.GetValue(layer)!)}");
        return $"[{type.Name.Replace("Attribute", "", StringComparison.Ordinal)}({layer.HiddenSize}, Name = \"{name}\"{string.Concat(options)})]";
    }

    private static string Literal(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        float number => number.ToString("r", CultureInfo.InvariantCulture) + "f",
        Enum choice => $"{choice.GetType().Name}.{choice}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
