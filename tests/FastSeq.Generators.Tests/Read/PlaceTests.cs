using FastSeq.Generators.Specs;
using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Tests.Read;

/// <summary>Wherever a model stands, and whatever stands around it, the generated code compiles.</summary>
public class PlaceTests
{
    private const string Model = "[FastSeq.SequenceModel, FastSeq.Input(5), FastSeq.Lstm(3), FastSeq.LastStep, FastSeq.Linear(2), FastSeq.MeanSquaredError] ";
    private const string Tokens = "[FastSeq.SequenceModel, FastSeq.Embedding(5, 2), FastSeq.Gru(3), FastSeq.Linear(4), FastSeq.Relu, FastSeq.Dropout(0.5f), FastSeq.Linear(2), FastSeq.CrossEntropy] ";

    [Theory]
    [InlineData(Model + "partial class M;")]
    [InlineData("namespace A.B; " + Model + "internal partial class M { }")]
    [InlineData("namespace A { namespace B.C { " + Model + "partial class M; } }")]
    [InlineData("namespace @namespace.@class.record; " + Model + "partial class @void;")]
    [InlineData("namespace Größe.日本; " + Model + "partial class Модель;")]
    [InlineData("partial class O<T> where T : class { " + Model + "private protected partial class M; }")]
    [InlineData("partial struct O<@in, TOut> { partial record P<T>(T Value) { " + Model + "public partial class M; } }")]
    [InlineData("namespace N; partial interface I<T> { " + Model + "partial class M; }")]
    [InlineData("partial record struct R(int X) { " + Model + "internal partial class M { } }")]
    [InlineData("readonly ref partial struct R { " + Model + "partial class M { } }")]
    [InlineData("static partial class S { " + Model + "partial class M { static M() { } ~M() { } int x = 1; public override string ToString() => x.ToString(); } }")]
    [InlineData("partial class Outer { partial class Save { " + Model + "partial class M; } class Step; int Parameters; }")]
    [InlineData("namespace A { " + Model + "partial class M; } namespace B { " + Model + "partial class M; }")]
    [InlineData(Model + "partial class M; " + Tokens + "partial class N;")]
    [InlineData(Model + "partial class Tagger; " + Model + "partial class tagger; " + Model + "partial class TAGGER;")]
    [InlineData("namespace A.b { " + Model + "partial class M; } namespace A.B { " + Model + "partial class M; }")]
    [InlineData("partial class O { " + Model + "partial class M; } partial class O<T> { " + Model + "partial class M; } partial class O<T, U> { " + Model + "partial class M; }")]
    [InlineData(Model + "partial class M; partial class M : System.IDisposable { public void Dispose() { } }")]
    [InlineData("#nullable disable\n" + Model + "partial class M { string s; }")]
    [InlineData("#pragma warning disable\n" + Tokens + "[System.Obsolete] partial class M;")]
    [InlineData("namespace FastSeq; " + Model + "partial class M;")]
    [InlineData("namespace FastSeq.Kernels.Models; " + Tokens + "partial class M;")]
    [InlineData("namespace Demo.Tagger { " + Model + "partial class Tagger; }")]
    [InlineData("partial class A { partial class B { " + Model + "partial class A; } }")]
    [InlineData(Model + "[System.Obsolete(\"old\", error: true)] partial class M;")]
    [InlineData("[System.Obsolete(\"old\", error: true)] partial class O { " + Tokens + "partial class M; }")]
    [InlineData(Model + "[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] partial class M;")]
    [InlineData(Model + "[System.CLSCompliant(true)] partial class M;")]
    [InlineData(Model + "public partial class M : System.IEquatable<M> { public bool Equals(M? other) => false; public override bool Equals(object? o) => false; public override int GetHashCode() => 0; public static bool operator ==(M a, M b) => true; public static bool operator !=(M a, M b) => true; }")]
    public void AnyPlace_Compiles(string source) => Harness.Run(source).AssertClean();

    [Fact]
    public void UnsafeClass_Compiles()
    {
        CSharpCompilation compilation = Harness.Compile(Model + "unsafe partial class M { int* x; }");
        Assert.Empty(Harness.Run(compilation.WithOptions(compilation.Options.WithAllowUnsafe(true))).CompileErrors);
    }

    /// <summary>Names of the user's that hide those of the framework and of FastSeq from code inside the model's class.</summary>
    [Theory]
    [InlineData("namespace Demo.System { class Console; } namespace Demo { " + Model + "partial class M; }")]
    [InlineData("namespace Demo.FastSeq.Kernels { class X; } namespace Demo { " + "[global::FastSeq.SequenceModel, global::FastSeq.Input(5), global::FastSeq.Rnn(3), global::FastSeq.MeanSquaredError] partial class M; }")]
    [InlineData("namespace Demo { class Span; class Span<T>; class ReadOnlySpan<T>; class Math; class MathF; class Unsafe; class MemoryMarshal; class Vector128; class Vector256; class Vector512; class Vector512<T>; " + Model + "partial class M; }")]
    [InlineData("class ulong_; class String; class Int32; class Single; class Object; class GeneratedCodeAttribute; class MethodImplAttribute; class Array; " + Tokens + "partial class M;")]
    [InlineData("class ParameterInfo; class ModelInfo; class SequenceRun<A, B, C>; class AlignedBuffer<T>; class PanelProduct; class VectorMath; class Lanes; class ImmutableArray; " + Tokens + "partial class M;")]
    [InlineData("partial class O<Vector512, Math, Span, T, TSelf, Unsafe> { " + Model + "partial class M; }")]
    [InlineData("partial class O { class Vector512; class Vector128<T>; class Lanes; class PanelProduct; class VectorMath; int System; " + Model + "partial class M; }")]
    [InlineData(Model + "partial class M { class Vector512; class Vector128<T>; class Lanes; class PanelProduct; class VectorMath; class Math; class Unsafe; int System; }")]
    [InlineData(Model + "partial class M { int parameters, weights, buffer, x, y, h, state, seed; void Forward() { } void Backward() { } class Tape; class Gradients; class Layers; }")]
    [InlineData(Tokens + "partial class M { void Dispose() { } void Info1() { } class Embedding; class Gru; class Linear; class Input; class Predict; }")]
    [InlineData("class @dynamic; class @unmanaged; class @scoped; class Double; class Single; class UIntPtr; " + Tokens + "partial class M;")]
    public void HidingNames_Compile(string source) => Harness.Run(source).AssertClean();

    [Theory]
    [InlineData("System")]
    [InlineData("FastSeq")]
    [InlineData("Span")]
    [InlineData("Vector512")]
    [InlineData("Lanes")]
    [InlineData("T")]
    [InlineData("Kernels")]
    [InlineData("@float")]
    [InlineData("@dynamic")]
    [InlineData("@partial")]
    [InlineData("@await")]
    [InlineData("_")]
    public void AnyClassName_Compiles(string name) => Harness.Run($"namespace Demo; {Model.Replace("FastSeq.", "global::FastSeq.", StringComparison.Ordinal)} partial class {name};").AssertClean();

    [Theory]
    [InlineData("state", "run", "step")]
    [InlineData("x", "y", "h")]
    [InlineData("Parameters", "weights", "buffer")]
    [InlineData("generated", "kernels", "model")]
    [InlineData("class", "float", "void")]
    [InlineData("0", "1", "_")]
    [InlineData("lstm", "lstm0", "Lstm_0")]
    [InlineData("l_", "l__0", "l")]
    [InlineData("fc", "FC", "Fc")]
    [InlineData("system", "fastseq", "vector512")]
    [InlineData("inputs", "outputs", "targets")]
    [InlineData("t", "k", "j")]
    [InlineData("__metadata__", "weight", "weight.bias")]
    [InlineData("a", "aD", "aInput")]
    [InlineData("x", "lstm", "lstmL0")]
    [InlineData("lstmL0Dropout", "lstmL0", "lstmL0D")]
    [InlineData("hidden", "gru1", "gruH")]
    public void AnyLayerNames_Compile(string first, string second, string third) => Harness.Run(
        $"[FastSeq.SequenceModel, FastSeq.Embedding(5, 2, Name = \"{first}\"), FastSeq.Lstm(3, Layers = 2, Dropout = 0.1f, Name = \"{second}\"), "
        + $"FastSeq.Gru(3), FastSeq.Linear(2, Name = \"{third}\"), FastSeq.MeanSquaredError] partial class M;").AssertClean();

    [Theory]
    [InlineData("SequenceModel]", "SequenceModel, FastSeq.SequenceModel]")]
    [InlineData("partial class M;", "partial class M; [FastSeq.SequenceModel] partial class M;")]
    [InlineData("partial class M;", "partial class M; partial struct M;")]
    [InlineData("partial class M;", "class M; class M;")]
    [InlineData("partial class M;", "partial class ;")]
    [InlineData("partial class M;", "partial class M")]
    [InlineData("partial class M;", "partial struct M;")]
    [InlineData("partial class M;", "partial interface M;")]
    [InlineData("partial class M;", "partial record struct M;")]
    [InlineData("partial class M;", "enum M { A }")]
    [InlineData("partial class M;", "delegate void M();")]
    [InlineData("partial class M;", "partial class M : Unknown;")]
    [InlineData("partial class M;", "partial class M : M;")]
    [InlineData("partial class M;", "partial class M { partial class M; }")]
    [InlineData("partial class M;", "partial class M { int x }")]
    public void InvalidCode_DoesNotCrash(string from, string to)
    {
        string model = (Model + "partial class M;").Replace("FastSeq.SequenceModel,", "FastSeq.SequenceModel] [", StringComparison.Ordinal);
        Assert.Contains(from, model, StringComparison.Ordinal);
        GeneratorOutcome outcome = Harness.Run(model.Replace(from, to, StringComparison.Ordinal));
        Assert.Null(outcome.Crash);
        Assert.True(outcome.CompileErrors.Length + outcome.Reported.Length > 0);
    }

    [Fact]
    public void SecondSequenceModelOnAnotherPart_IsTheCompilersToReport()
    {
        GeneratorOutcome outcome = Harness.Run(Model + "partial class M; [FastSeq.SequenceModel] partial class M;");
        Assert.Empty(outcome.Reported);
        Assert.Single(outcome.Files);
        Assert.Contains(outcome.CompileErrors, error => error.Contains("CS0579", StringComparison.Ordinal));
    }

    [Fact]
    public void SecondSequenceModelInAnotherFileAtTheSamePosition_DoesNotCrash()
    {
        GeneratorOutcome outcome = Harness.Run(Model + "partial class M;", Model + "partial class M;");
        Assert.Null(outcome.Crash);
        Assert.Contains(outcome.CompileErrors, error => error.Contains("CS0579", StringComparison.Ordinal));
    }

    [Fact]
    public void Hierarchy_ReopensEveryTypeAroundTheModel()
    {
        ModelSpec spec = Tracked.Specs(
            "namespace A.@class; partial interface I<T> { partial record struct R<@in, U>(int X) { partial struct S { partial record P { " + Model + "partial class @void; } } } }")["void"];
        Assert.Equal("A.@class", spec.Namespace);
        Assert.Equal(
            ["partial interface I<T>", "partial record struct R<@in, U>", "partial struct S", "partial record P", "partial class @void"],
            spec.Hierarchy.Headers);
        Assert.Equal("@void", spec.Hierarchy.Identifier);
        Assert.Equal("A.class.I`1+R`2+S+P+void", spec.HintName);
        Assert.Equal("A.@class.I<T>.R<@in, U>.S.P.@void", spec.Hierarchy.DisplayName);
    }

    [Fact]
    public void LongNames_MakeShortFileNames()
    {
        string first = new('M', 400), second = first + "2";
        Dictionary<string, ModelSpec> specs = Tracked.Specs(Model + $"partial class {first}; " + Model + $"partial class {second};");
        Assert.All(specs.Values, spec => Assert.InRange(spec.HintName.Length, 1, 180));
        Assert.NotEqual(specs[first].HintName, specs[second].HintName);
    }
}
