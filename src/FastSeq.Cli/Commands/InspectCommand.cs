using System.CommandLine;

namespace FastSeq.Cli.Commands;

/// <summary><c>fastseq inspect</c>: what is in a safetensors file, whoever wrote it.</summary>
static class InspectCommand
{
    const int LongestText = 100;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A safetensors file." };
        var command = new Command("inspect", "Shows the tensors and the metadata of a safetensors file.") { file };
        command.SetWork((parsed, terminal, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (!File.Exists(path)) throw new CliException(Directory.Exists(path) ? $"'{path}' is a folder; name a safetensors file." : $"there is no file '{path}'.");
            SafetensorsHeader header = SafetensorsReader.ReadHeader(path);
            WriteTensors(terminal, header);
            WriteMetadata(terminal, header);
        });
        return command;
    }

    static void WriteTensors(Terminal terminal, SafetensorsHeader header)
    {
        string[][] rows = [.. header.Tensors.Select(tensor => new[]
        {
            CommandLine.Printable(tensor.Name), tensor.DType, $"[{string.Join(", ", tensor.Shape)}]", FormattableString.Invariant($"{tensor.Count:N0}"), Terminal.Bytes(tensor.End - tensor.Begin),
        })];
        terminal.WriteTable(["tensor", "type", "shape", "numbers", "size"], rows, numbers: 2);
        terminal.WriteLine(FormattableString.Invariant($"{header.Tensors.Length:N0} tensors, {header.Tensors.Sum(tensor => tensor.Count):N0} numbers, {Terminal.Bytes(header.Tensors.Sum(tensor => tensor.End - tensor.Begin))}"));
    }

    static void WriteMetadata(Terminal terminal, SafetensorsHeader header)
    {
        foreach ((string key, string value) in header.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            terminal.WriteLine($"{CommandLine.Printable(key)} = {CommandLine.Printable(value.Length > LongestText ? value[..LongestText] + "..." : value)}");
    }
}
