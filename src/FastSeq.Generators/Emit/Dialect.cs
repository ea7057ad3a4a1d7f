using FastSeq.Generators.Cells;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>How a language writes the operations of a cell's equations.</summary>
internal abstract class Dialect
{
    public abstract string Declare(string name, string expression);

    public abstract string Constant(double value);

    public abstract string MultiplyAdd(string x, string y, string sum);

    public abstract string Extremum(Operation operation, string x, string y);

    public abstract string FlushTiny(string x, string size);

    /// <summary>whenGreater where x &gt; y, else otherwise; the operands as they stand in a larger expression, and as they stand as arguments.</summary>
    public abstract string SelectGreater((string Operand, string Argument) whenGreater, (string Operand, string Argument) x, (string Operand, string Argument) y, (string Operand, string Argument) otherwise);

    public abstract string Call(Operation function, string x);
}

/// <summary>C# for one register width.</summary>
/// <param name="lane">The register width.</param>
/// <param name="inLoop">Whether <see cref="ExpressionPrinter.LoopMath"/> is there, for widths that have it.</param>
internal sealed class CSharpDialect(Lane lane, bool inLoop) : Dialect
{
    public override string Declare(string name, string expression) => $"var {name} = {expression};";

    public override string Constant(double value) => lane.Constant(value);

    public override string MultiplyAdd(string x, string y, string sum) => lane.MultiplyAdd(x, y, sum);

    public override string Extremum(Operation operation, string x, string y) => $"{lane.Class}.{operation}Native({x}, {y})";

    public override string FlushTiny(string x, string size) => $"VectorMath.FlushTiny({x}, {size})";

    public override string SelectGreater((string Operand, string Argument) whenGreater, (string Operand, string Argument) x, (string Operand, string Argument) y, (string Operand, string Argument) otherwise) => lane.IsScalar
        ? $"({x.Operand} > {y.Operand} ? {whenGreater.Operand} : {otherwise.Operand})"
        : $"{lane.Class}.ConditionalSelect({lane.Class}.GreaterThan({x.Argument}, {y.Argument}), {whenGreater.Argument}, {otherwise.Argument})";

    public override string Call(Operation function, string x) =>
        $"{(HasLoopMath && function is (Operation.Sigmoid or Operation.Tanh) ? ExpressionPrinter.LoopMath : "VectorMath")}.{function}({x})";

    private bool HasLoopMath => inLoop && lane is { Bits: 512, IsDouble: false };
}

/// <summary>CUDA C for one thread; the functions stand in the text that all kernels begin with.</summary>
internal sealed class CudaDialect : Dialect
{
    public override string Declare(string name, string expression) => $"const real {name} = {expression};";

    public override string Constant(double value) => $"real({SourceWriter.Literal(value).TrimEnd('d')})";

    public override string MultiplyAdd(string x, string y, string sum) => $"multiply_add({x}, {y}, {sum})";

    public override string Extremum(Operation operation, string x, string y) => $"{(operation == Operation.Min ? "minimum" : "maximum")}({x}, {y})";

    public override string FlushTiny(string x, string size) => $"flush_tiny({x}, {size})";

    public override string SelectGreater((string Operand, string Argument) whenGreater, (string Operand, string Argument) x, (string Operand, string Argument) y, (string Operand, string Argument) otherwise) =>
        $"({x.Operand} > {y.Operand} ? {whenGreater.Operand} : {otherwise.Operand})";

    public override string Call(Operation function, string x) => $"{function.ToString().ToLowerInvariant()}_of({x})";
}
