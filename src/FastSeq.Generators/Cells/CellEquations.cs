using System;
using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators.Cells;

/// <summary>
/// A weighted sum that enters a cell's equations: a part over the layer's input (rows of <c>weight_ih</c>), a part over the stage's operand
/// (rows of <c>weight_hh</c>), or both added.
/// </summary>
/// <param name="Value">The leaf that stands for the sum.</param>
/// <param name="InputGate">The index of the gate in <c>weight_ih</c>, in PyTorch's order; -1 where the sum has no input part.</param>
/// <param name="HiddenGate">The index of the gate in <c>weight_hh</c>, in PyTorch's order; -1 where the sum has no recurrent part.</param>
/// <param name="Stage">The stage whose product gives the recurrent part.</param>
internal sealed record PreActivation(Node Value, int InputGate, int HiddenGate, int Stage)
{
    public string Name => Value.Name!;

    public bool HasInput => InputGate >= 0;

    public bool HasHidden => HiddenGate >= 0;
}

/// <summary>A parameter of one number for each unit that enters the equations as it is, without a product over other units.</summary>
/// <param name="Value">The leaf that stands for the number of a unit.</param>
/// <param name="ParameterName">The beginning of its name in checkpoints.</param>
internal sealed record UnitParameter(Node Value, string ParameterName);

/// <summary>A number of each row and unit that training draws, and that is the same constant elsewhere.</summary>
/// <param name="Value">The leaf that stands for it.</param>
/// <param name="Name">The name of the rows that hold it while training.</param>
/// <param name="Expectation">The constant.</param>
internal sealed record CellMask(Node Value, string Name, float Expectation);

/// <summary>A value that a cell carries from one time step to the next.</summary>
internal sealed record CellState(string Name, Node Previous, Node Next);

/// <summary>
/// A cell as equations: weighted sums and previous states in, next states out, in one or more stages (a stage is a product, then pointwise maths).
/// Forward, step and backward of the cell, in every width, are printed from this graph; no emitter knows one cell from another.
/// </summary>
internal sealed class CellEquations
{
    private readonly Lazy<CellGradients> gradients;

    public CellEquations(
        string name,
        IReadOnlyList<string> gates,
        IReadOnlyList<PreActivation> preActivations,
        IReadOnlyList<CellState> states,
        Node output,
        IReadOnlyList<string> formula,
        IReadOnlyList<Node>? laterOperands = null,
        IReadOnlyList<UnitParameter>? unitParameters = null)
    {
        Name = name;
        Gates = gates;
        PreActivations = preActivations;
        States = states;
        Output = output;
        Formula = formula;
        LaterOperands = laterOperands ?? Array.Empty<Node>();
        UnitParameters = unitParameters ?? Array.Empty<UnitParameter>();
        CheckOrder();
        gradients = new Lazy<CellGradients>(() => Differentiate.Cell(this));
    }

    /// <summary>The backward equations, derived once.</summary>
    public CellGradients Gradients => gradients.Value;

    public string Name { get; }

    /// <summary>The gates in the order of PyTorch's weight rows.</summary>
    public IReadOnlyList<string> Gates { get; }

    /// <summary>The sums, in the order of their columns: those with an input part stand together, and so do those of one stage with a recurrent part.</summary>
    public IReadOnlyList<PreActivation> PreActivations { get; }

    /// <summary>The carried values; the first, if any, is h, the operand of the first stage's product.</summary>
    public IReadOnlyList<CellState> States { get; }

    public Node Output { get; }

    /// <summary>Whether the first state is a projection of <see cref="Output"/>, and so of another size; the maths then neither reads its previous value nor writes it.</summary>
    public bool IsProjected { get; init; }

    /// <summary>The equations as text, a line each.</summary>
    public IReadOnlyList<string> Formula { get; }

    /// <summary>What the product of stage 1, 2, ... multiplies; stage 0 multiplies the previous h.</summary>
    public IReadOnlyList<Node> LaterOperands { get; }

    /// <summary>The parameters of one number a unit.</summary>
    public IReadOnlyList<UnitParameter> UnitParameters { get; }

    /// <summary>What training draws.</summary>
    public IReadOnlyList<CellMask> Masks { get; init; } = [];

    /// <summary>The gradients that backward leaves of each row and unit: those of the sums, then those of the parameters of one number a unit.</summary>
    public int GradientCount => PreActivations.Count + UnitParameters.Count;

    public int StageCount => 1 + LaterOperands.Count;

    public IEnumerable<PreActivation> Inputs => PreActivations.Where(p => p.HasInput);

    public IEnumerable<PreActivation> HiddenOf(int stage) => PreActivations.Where(p => p.HasHidden && p.Stage == stage);

    public int FirstInput => IndexOfFirst(p => p.HasInput);

    public int FirstHidden(int stage) => IndexOfFirst(p => p.HasHidden && p.Stage == stage);

    private int IndexOfFirst(Func<PreActivation, bool> condition)
    {
        for (int index = 0; index < PreActivations.Count; index++)
        {
            if (condition(PreActivations[index]))
            {
                return index;
            }
        }

        return 0;
    }

    /// <summary>The layout needs the columns of each product side by side; a cell that breaks this is a mistake in the cell's file.</summary>
    private void CheckOrder()
    {
        Require(p => p.HasInput);
        for (int stage = 0; stage < StageCount; stage++)
        {
            int current = stage;
            Require(p => p.HasHidden && p.Stage == current);
        }

        void Require(Func<PreActivation, bool> condition)
        {
            int first = IndexOfFirst(condition), count = PreActivations.Count(condition);
            if (!PreActivations.Skip(first).Take(count).All(condition))
            {
                throw new InvalidOperationException($"The sums of {Name} that one product gives must stand side by side.");
            }
        }
    }
}
