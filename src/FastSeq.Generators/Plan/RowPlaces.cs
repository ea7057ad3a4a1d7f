using System;
using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators.Plan;

/// <summary>
/// Where the rows of operations lie while one time step goes through a model: in one of two places in turn, and in more where a row is read later than by the next operation.
/// </summary>
internal sealed class RowPlaces
{
    private readonly int[] places;

    /// <param name="layers">The operations.</param>
    /// <param name="computes">Whether one computes anything in a step; otherwise it is another name for its input.</param>
    /// <param name="takesPlace">Whether the rows of one that does need a place.</param>
    public RowPlaces(IReadOnlyList<LayerPlan> layers, Func<LayerPlan, bool> computes, Func<LayerPlan, bool> takesPlace)
    {
        // A row lives until the last operation that reads it, by whatever name.
        int[] lastReader = new int[layers.Count], origin = new int[layers.Count];
        for (int index = 0; index < layers.Count; index++)
        {
            bool isName = index > 0 && !computes(layers[index]);
            origin[index] = isName ? origin[layers[index].Source] : index;
            foreach (int source in isName || index == 0 ? [] : layers[index].Sources)
            {
                lastReader[origin[source]] = index;
            }
        }

        List<int> busyUntil = [-1, -1];
        places = Enumerable.Repeat(-1, layers.Count).ToArray();
        int turn = 0;
        for (int index = 0; index < layers.Count; index++)
        {
            if (origin[index] == index && takesPlace(layers[index]))
            {
                int place = busyUntil[turn] < index ? turn : busyUntil.FindIndex(until => until < index);
                if (place < 0)
                {
                    place = busyUntil.Count;
                    busyUntil.Add(-1);
                }

                busyUntil[place] = lastReader[index];
                places[index] = place;
                turn = 1 - turn;
            }
        }

        Count = busyUntil.Count;
    }

    /// <summary>The places in a step of one stream: those of layers that are no states, but for the last, whose rows are the outputs.</summary>
    public static RowPlaces OfStep(EmitPlan plan)
    {
        LayerPlan last = plan.Layers.Last(ManyPlan.StepsThrough);
        return new RowPlaces(plan.Layers, ManyPlan.StepsThrough, layer => ManyPlan.StepsThrough(layer) && layer is not (RecurrentPlan or NormalizedPlan) && layer != last);
    }

    /// <summary>The number of places.</summary>
    public int Count { get; }

    /// <summary>The place of an operation's rows.</summary>
    public int this[int layer] => places[layer];
}
