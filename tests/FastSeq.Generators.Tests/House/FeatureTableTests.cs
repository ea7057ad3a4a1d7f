using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.House;

/// <summary>docs/features.md has a row for every layer, loss and option that can be declared, and every row says what judges the feature and what it costs.</summary>
public sealed class FeatureTableTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("docs", "features.md"));

    [Fact]
    public void EveryAttributeAndOption_HasARow()
    {
        string rows = string.Join("\n", Lines.Where(line => line.StartsWith('|')));
        string[] names =
        [
            .. typeof(LayerAttribute).Assembly.GetTypes()
                .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(LayerAttribute)) || type.IsSubclassOf(typeof(LossAttribute))))
                .SelectMany(type => type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Prepend("[" + type.Name.Replace("Attribute", "", StringComparison.Ordinal)))
                .Distinct()
                .Except(["Name"]),
        ];
        Assert.True(names.Length > 60, $"{names.Length} names");
        Assert.Empty(names.Where(name => !rows.Contains(name, StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void EveryRow_NamesItsOracleAndItsCost()
    {
        int rows = 0;
        string[] header = [];
        for (int i = 0; i < Lines.Length; i++)
        {
            if (!Lines[i].StartsWith('|'))
            {
                continue;
            }

            string[] cells = [.. Lines[i].Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())];
            if (!Lines[i - 1].StartsWith('|'))
            {
                header = cells;
                Assert.Equal(["oracle", "cost"], header[^2..]);
                Assert.Contains("streams", header);
            }
            else if (!Lines[i].StartsWith("|-", StringComparison.Ordinal))
            {
                rows++;
                Assert.True(cells.Length == header.Length, $"line {i + 1} has {cells.Length} cells, its header {header.Length}");
                Assert.True(cells.All(cell => cell.Length > 0), $"line {i + 1} has an empty cell");
                Assert.True(cells[^1] != "-" && cells[^2] != "-", $"line {i + 1} names no oracle or no cost");
            }
        }

        Assert.True(rows >= 70, $"{rows} rows");
    }
}
