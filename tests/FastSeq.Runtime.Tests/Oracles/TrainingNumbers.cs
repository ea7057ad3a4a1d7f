using System.Text.Json;

namespace FastSeq.Tests.Oracles;

/// <summary>What record.py and RecordLosses recorded from PyTorch.</summary>
static class TrainingNumbers
{
    static readonly JsonElement[] Roots = [Read("training.json"), Read("losses.json")];

    public static IEnumerable<string> Names(string kind) => Cases(kind).Select(e => e.GetProperty("name").GetString()!);

    public static JsonElement Case(string kind, string name) => Cases(kind).Single(e => e.GetProperty("name").GetString() == name);

    public static double[] Numbers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetDouble())];

    public static float[]? Floats(this JsonElement element, string property) =>
        element.GetProperty(property) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(e => e.GetSingle())] : null;

    public static int[] Integers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetInt32())];

    public static double Number(this JsonElement element, string property) => element.GetProperty(property).GetDouble();

    static IEnumerable<JsonElement> Cases(string kind) => Roots.Single(root => root.TryGetProperty(kind, out _)).GetProperty(kind).EnumerateArray();

    static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracles", file))).RootElement;
}
