using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Emit;

/// <summary>The struct that holds the state of a stream, the state that streams begin with, and files of states.</summary>
internal static class StateEmitter
{
    private const string MemoryMarshal = "global::System.Runtime.InteropServices.MemoryMarshal";

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        bool isLearned = plan.States.Any(state => state.IsLearned);
        string start = isLearned ? "a stream begins with <see cref=\"RestState\"/>" : "<c>default</c> is the start of a stream";
        writer.WriteLines($$"""
            /// <summary>The state of one stream: a plain value. Copy it to take a snapshot; {{start}}.</summary>
            /// <remarks>{{Remark(plan)}}</remarks>
            [global::System.Runtime.CompilerServices.InlineArray({{plan.StateSize + plan.StatePadding}})]
            public struct State : global::FastSeq.IStreamState<{{plan.Number}}>
            {
                private {{plan.Number}} element;

                static global::FastSeq.ModelInfo global::FastSeq.IStreamState<{{plan.Number}}>.ModelInfo => ModelInfo;
            }

            """);
        WriteRest(plan, writer);
        WriteFiles(plan, writer);
    }

    /// <summary>The runtime has no arrays of elements of 64 KiB and more.</summary>
    private static string Remark(EmitPlan plan)
    {
        int bytes = (plan.StateSize + plan.StatePadding) * (plan.Model.IsDouble ? 8 : 4);
        string content =
            $"<see cref=\"StateSize\"/> numbers, of which <c>ModelInfo.States</c> tells what is where, and {plan.StatePadding} more that stay zero, so that registers may read past the end: {bytes} bytes.";
        return bytes < 65_535 ? content : content + " Too large to be an element of an array, for which the runtime's limit is 64 KiB: hold each state in an object of its own.";
    }

    private static void WriteRest(EmitPlan plan, SourceWriter writer)
    {
        // A quantised model has copied what it has learned; a model that learns has it among its parameters.
        StatePlan[] learned = plan.States.Where(state => state.IsLearned && !plan.Model.IsQuantized).ToArray();
        string what = plan.States.Any(state => state.IsLearned)
            ? "The state that sequences begin with where none is given: learned, or set. What is learned is saved with the weights."
            : "The state that sequences begin with where none is given: zero, or what it is set to. It is no weight: <see cref=\"SaveStates\"/> keeps it.";
        writer.WriteLine($"/// <summary>{what}</summary>");
        writer.WriteLine("/// <remarks><c>Step</c> begins with the state that it is given: <c>var state = model.RestState;</c>. Not to be set while a run predicts.</remarks>");
        using (writer.Block("public State RestState"))
        {
            using (writer.Block("get"))
            {
                writer.WriteLine("State state = default;");
                writer.WriteLine($"global::System.Span<{plan.Number}> numbers = {Numbers("state")};");
                writer.WriteLine($"{EmittedMembers.Rest}.Span.CopyTo(numbers);");
                foreach (StatePlan state in learned)
                {
                    writer.WriteLine($"Parameters.Slice({state.Parameter}, {state.Size}).CopyTo(numbers.Slice({state.Offset}));");
                }

                writer.WriteLine("return state;");
            }

            writer.WriteLine();
            using (writer.Block("set"))
            {
                writer.WriteLine($"global::System.Span<{plan.Number}> numbers = {Numbers("value")};");
                foreach ((int place, string declaration) in plan.Waits)
                {
                    writer.WriteLine($"global::FastSeq.StepErrors.CheckOutputIsNext(numbers[{place}], -1, {SymbolDisplay.FormatLiteral(declaration, quote: true)});");
                }

                writer.WriteLine($"numbers.Slice(0, {plan.StateSize}).CopyTo({EmittedMembers.Rest}.Span);");
                foreach (StatePlan state in learned)
                {
                    writer.WriteLine($"numbers.Slice({state.Offset}, {state.Size}).CopyTo(Parameters.Slice({state.Parameter}));");
                }
            }
        }

        writer.WriteLine();

        string Numbers(string state) => $"{MemoryMarshal}.Cast<State, {plan.Number}>({MemoryMarshal}.CreateSpan(ref {state}, 1))";
    }

    private static void WriteFiles(EmitPlan plan, SourceWriter writer)
    {
        int stride = plan.StateSize + plan.StatePadding;
        writer.WriteLines($$"""
            /// <summary>Writes the states of streams, which another process may go on with: a safetensors file, to a temporary file beside it first.</summary>
            /// <param name="path">The file, overwritten.</param>
            /// <param name="states">At least one.</param>
            /// <exception cref="global::System.ArgumentException">There is none.</exception>
            public static void SaveStates(string path, global::System.ReadOnlySpan<State> states) =>
                global::FastSeq.StateFile.Write(path, ModelInfo, {{MemoryMarshal}}.Cast<State, {{plan.Number}}>(states), {{stride}});

            /// <summary>Reads as many states as <see cref="SaveStates"/> has written.</summary>
            /// <param name="path">The file.</param>
            /// <param name="states">Overwritten; where reading fails, as they were.</param>
            /// <exception cref="global::FastSeq.CheckpointException">The file does not hold as many states of this model: the message names the tensor, what was expected and what was found.</exception>
            public static void LoadStates(string path, global::System.Span<State> states) =>
                global::FastSeq.StateFile.Read(path, ModelInfo, {{MemoryMarshal}}.Cast<State, {{plan.Number}}>(states), {{stride}});

            """);
    }
}
