using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>A register width as text: <c>Vector512&lt;float&gt;</c> down to <c>Vector128&lt;float&gt;</c>, or a single number.</summary>
/// <param name="Count">The numbers of a register; 1 for the scalar code.</param>
/// <param name="IsDouble">Whether they are doubles.</param>
internal sealed record Lane(int Count, bool IsDouble)
{
    public string Number => IsDouble ? "double" : "float";

    public bool IsScalar => Count == 1;

    public int Bits => Count * (IsDouble ? 64 : 32);

    /// <summary>Ends the names of the bodies of this width.</summary>
    public string Suffix => IsScalar ? "Scalar" : Bits.ToString();

    /// <summary>The class whose static methods work on this width.</summary>
    public string Class => IsScalar ? Number : "Vector" + Bits;

    /// <summary>The widths that bodies are emitted for, widest first, the scalar one last.</summary>
    public static IReadOnlyList<Lane> All(bool isDouble) =>
        (isDouble ? new[] { 8, 4, 2, 1 } : [16, 8, 4, 1]).Select(count => new Lane(count, isDouble)).ToArray();

    /// <summary>The narrowest register, at most this one, that holds <paramref name="count"/> numbers.</summary>
    public Lane Holding(int count) =>
        IsScalar ? this : All(IsDouble).Where(l => !l.IsScalar && l.Count <= Count && l.Count >= count).OrderBy(l => l.Count).FirstOrDefault() ?? this;

    public string Literal(double value) => IsDouble ? SourceWriter.Literal(value) : SourceWriter.Literal((float)value);

    public string Constant(double value) => IsScalar ? Literal(value) : $"{Class}.Create({Literal(value)})";

    public string Broadcast(string number) => IsScalar ? number : $"{Class}.Create({number})";

    public string Load(string reference, string index) =>
        IsScalar ? At(reference, index) : index == "0" ? $"{Class}.LoadUnsafe(ref {reference})" : $"{Class}.LoadUnsafe(ref {reference}, {Unsigned(index)})";

    /// <summary>A statement that stores the first <paramref name="count"/> numbers of a value and touches nothing behind them.</summary>
    public string Store(string value, string reference, string index, int count)
    {
        if (IsScalar)
        {
            return $"{At(reference, index)} = {value};";
        }

        return count < Count
            ? $"Lanes.Store({value}, {Ref(reference, index)}, {count});"
            : index == "0" ? $"{value}.StoreUnsafe(ref {reference});" : $"{value}.StoreUnsafe(ref {reference}, {Unsigned(index)});";
    }

    public string Zero => IsScalar ? Literal(0) : $"{Class}<{Number}>.Zero";

    /// <summary>The first numbers of a register of this width.</summary>
    public string Lower(string value, int count) => count == Count ? value : (this with { Count = Count / 2 }).Lower(value + ".GetLower()", count);

    /// <summary>
    /// The <paramref name="count"/> numbers of a register of this width from <paramref name="first"/> on, at the start of the narrowest register that holds them.
    /// </summary>
    public string Take(string value, int first, int count)
    {
        int held = Holding(count).Count;
        if (first % held != 0)
        {
            IEnumerable<int> places = Enumerable.Range(0, Count).Select(place => System.Math.Min(first + place, Count - 1));
            return Lower($"{Class}.Shuffle({value}, {Class}.Create({string.Join(", ", places.Select(p => IsDouble ? p + "L" : p.ToString()))}))", held);
        }

        for (int width = Count; width > held; width /= 2)
        {
            value += first % width < width / 2 ? ".GetLower()" : ".GetUpper()";
        }

        return value;
    }

    public string MultiplyAdd(string x, string y, string sum) => $"{Class}.MultiplyAddEstimate({x}, {y}, {sum})";

    /// <summary>An element of a buffer.</summary>
    public static string At(string reference, string index) => index == "0" ? reference : $"Unsafe.Add(ref {reference}, {index})";

    /// <summary>A reference to an element of a buffer.</summary>
    public static string Ref(string reference, string index) => "ref " + At(reference, index);

    /// <summary>A sum of terms as text, without zeros; literals added up.</summary>
    public static string Sum(params string[] terms)
    {
        long constant = 0;
        var rest = new List<string>();
        foreach (string term in terms)
        {
            if (long.TryParse(term, out long number))
            {
                constant += number;
            }
            else
            {
                rest.Add(term);
            }
        }

        if (constant != 0 || rest.Count == 0)
        {
            rest.Add(constant.ToString());
        }

        return string.Join(" + ", rest);
    }

    /// <summary>A product as text, without factors of one.</summary>
    public static string Times(string index, long factor) =>
        factor == 0 || index == "0" ? "0" : factor == 1 ? index : long.TryParse(index, out long number) ? (number * factor).ToString() : $"({index} * {factor})";

    private static string Unsigned(string index) => long.TryParse(index, out _) ? index : $"(nuint)({index})";
}
