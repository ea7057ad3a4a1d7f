using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace FastSeq.Generators.Emit;

/// <summary>A value of the state in a run: its history, and the gradients by it.</summary>
/// <param name="State">The value.</param>
/// <param name="History">A <c>ref</c> expression for its history, whose first rows are the states that sequences begin with.</param>
/// <param name="Gradient">A <c>ref</c> expression for the gradients by it, a row a sequence; empty where it counts as a constant.</param>
/// <param name="InPlace">Whether it has no history but is overwritten in place.</param>
internal sealed record RunState(StatePlan State, string History, string Gradient, bool InPlace);

/// <summary>The members of a run that take states and give them back.</summary>
internal static class RunStates
{
    private const string MemoryMarshal = "global::System.Runtime.InteropServices.MemoryMarshal";

    /// <summary>The call that begins sequences with the rest state.</summary>
    public static string Begin(StatePlan state, string history)
    {
        string rest = state.IsLearned ? $"parameters.Reference, {state.Parameter}" : $"rest.Reference, {state.Offset}";
        return $"BeginState(first, last, {state.Size}, ref global::System.Runtime.CompilerServices.Unsafe.Add(ref {rest}), ref {history});";
    }

    public static void Write(RunContext context, SourceWriter writer)
    {
        EmitPlan plan = context.Plan;
        string number = plan.Number, input = ModelEmitter.InputType(plan);
        int stride = plan.StateSize + plan.StatePadding;
        (int Level, RunState State)[] states = context.Layers.SelectMany(layer => layer.CarriedStates.Select(state => (layer.Level, state))).ToArray();
        writer.WriteLines($$"""

            /// <summary>Predicts one sequence that goes on from a state: a stream in pieces has the bits of the whole.</summary>
            /// <param name="sequence">[T × InputSize] numbers, or [T] tokens.</param>
            /// <param name="state">Read, then overwritten by the state after the last time step.</param>
            /// <param name="output">Overwritten: OutputSize numbers with [LastStep], else [T × OutputSize].</param>
            /// <exception cref="global::System.ArgumentException">A size is wrong, the sequence is too long, or a token is not in the vocabulary: the state is as it was.</exception>
            public void Predict(global::System.ReadOnlySpan<{{input}}> sequence, ref State state, global::System.Span<{{number}}> output) =>
                PredictFrom(sequence, {{MemoryMarshal}}.Cast<State, {{number}}>({{MemoryMarshal}}.CreateSpan(ref state, 1)), output);

            /// <summary>Predicts sequences of different lengths that go on from states.</summary>
            /// <param name="sequences">The sequences one after the other without padding.</param>
            /// <param name="lengths">The time steps of each, 0 or more.</param>
            /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step; that of an empty sequence stays.</param>
            /// <param name="outputs">Overwritten: [B × OutputSize] with [LastStep], else [sum of T × OutputSize].</param>
            /// <exception cref="global::System.ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary: the states are as they were.</exception>
            public void Predict(global::System.ReadOnlySpan<{{input}}> sequences, global::System.ReadOnlySpan<int> lengths, global::System.Span<State> states, global::System.Span<{{number}}> outputs) =>
                PredictFrom(sequences, lengths, {{MemoryMarshal}}.Cast<State, {{number}}>(states), {{stride}}, outputs);

            /// <summary>Predicts sequences that go on from states, whatever the way in which they lie in memory.</summary>
            /// <param name="inputs">The sequences, by a method of SequenceInputs: padded with lengths or with a mask, or packed.</param>
            /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step; that of an empty sequence stays.</param>
            /// <param name="outputs">Overwritten: [B × OutputSize] with [LastStep], else OutputSize numbers for each time step of the inputs, and zeros for padding.</param>
            /// <exception cref="global::System.ArgumentException">A size is wrong, there are too many or too long sequences, or a token is not in the vocabulary: the states are as they were.</exception>
            public void Predict(global::FastSeq.SequenceInputs<{{input}}> inputs, global::System.Span<State> states, global::System.Span<{{number}}> outputs) =>
                PredictFrom(inputs, {{MemoryMarshal}}.Cast<State, {{number}}>(states), {{stride}}, outputs);
            """);
        if (context.Learns)
        {
            string batch = $"global::FastSeq.SequenceBatch<{input}, {ModelEmitter.TargetType(plan)}>";
            writer.WriteLines($$"""

                /// <summary>Computes the mean loss of a batch whose sequences go on from states. Back-propagation ends at these states: they are constants, as after PyTorch's detach().</summary>
                /// <param name="batch">The sequences and their targets.</param>
                /// <param name="states">One for each sequence: read, then overwritten by the state after its last time step.</param>
                /// <param name="training">Drops out, and keeps what Backward needs.</param>
                /// <exception cref="global::System.ArgumentException">A size is wrong, there is no target, or a token or a class does not exist: the states are as they were.</exception>
                public {{number}} Forward({{batch}} batch, global::System.Span<State> states, bool training) =>
                    ForwardFrom(batch, {{MemoryMarshal}}.Cast<State, {{number}}>(states), {{stride}}, training);

                /// <summary>Back-propagates the last training Forward's loss, and a loss of which the gradients by the final states are given: those of a decoder that began with them.</summary>
                /// <param name="finalGradients">One for each sequence.</param>
                /// <exception cref="global::System.InvalidOperationException">There was no Forward with training: true since the last call.</exception>
                public void Backward(global::System.ReadOnlySpan<State> finalGradients) =>
                    BackwardFrom({{MemoryMarshal}}.Cast<State, {{number}}>(finalGradients), {{stride}});

                /// <summary>Copies the gradients of the loss by the states that the sequences of the last Forward with states began with.</summary>
                /// <param name="gradients">Overwritten: one for each sequence.</param>
                /// <exception cref="global::System.InvalidOperationException">There was no Forward with states, or no Backward after it.</exception>
                public void CopyInitialGradients(global::System.Span<State> gradients) =>
                    CopyInitialGradients({{MemoryMarshal}}.Cast<State, {{number}}>(gradients), {{stride}});
                """);
        }

        WriteOverride("ReadStates", $"global::System.ReadOnlySpan<{number}> states", plan.Waits.Select(wait => $"CheckOutputIsNext(states, stride, {wait.Place}, {SymbolDisplay.FormatLiteral(wait.Declaration, quote: true)});").Concat(states.Select(s => $"ReadState(states, stride, {Place(s.State)}, ref {s.State.History});")));
        WriteOverride("WriteStates", $"global::System.Span<{number}> states", AtLevels(s => $"WriteState(states, stride, {Place(s)}, ref {s.History}, {(s.InPlace ? "true" : "false")});"));
        if (context.Learns)
        {
            WriteOverride("ReadStateGradients", $"global::System.ReadOnlySpan<{number}> gradients", states.Where(s => s.State.Gradient.Length > 0).Select(s => $"ReadState(gradients, stride, {Place(s.State)}, ref {s.State.Gradient});"));
            WriteOverride("WriteStateGradients", $"global::System.Span<{number}> gradients", AtLevels(s => s.Gradient.Length > 0
                ? $"WriteStateGradient(gradients, stride, {Place(s)}, ref {s.Gradient});"
                : $"ClearState(gradients, stride, {Place(s)});"));
        }

        string Place(RunState state) => $"{state.State.Offset}, {state.State.Size}";

        IEnumerable<string> AtLevels(System.Func<RunState, string> statement) => RunLevels.AtLevels(context, states.Select(s => (s.Level, statement(s.State))));

        void WriteOverride(string name, string parameter, IEnumerable<string> calls)
        {
            writer.WriteLine();
            writer.WriteLine("/// <inheritdoc/>");
            using (writer.Block($"protected override void {name}({parameter}, int stride)"))
            {
                foreach (string call in calls)
                {
                    writer.WriteLine(call);
                }
            }
        }
    }
}
