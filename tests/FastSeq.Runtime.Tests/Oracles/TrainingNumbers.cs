using System.Text.Json;

namespace FastSeq.Tests.Oracles;

/// <summary>What record.py recorded from PyTorch.</summary>
static class TrainingNumbers
{
    static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracles", "training.json"))).RootElement;

    public static IEnumerable<string> Names(string kind) => Root.GetProperty(kind).EnumerateArray().Select(e => e.GetProperty("name").GetString()!);

    public static JsonElement Case(string kind, string name) => Root.GetProperty(kind).EnumerateArray().Single(e => e.GetProperty("name").GetString() == name);

    public static double[] Numbers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetDouble())];

    public static int[] Integers(this JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetInt32())];

    public static double Number(this JsonElement element, string property) => element.GetProperty(property).GetDouble();
}
