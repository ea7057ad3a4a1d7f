namespace FastSeq;

/// <summary>Which of two ways is faster, a batch on one thread or shared by all: some batches are done in one way, some in the other, and from time to time the question is put again.</summary>
/// <remarks>Each way takes its batches one after the other, as the caches of the cores have to settle, and the first one does not count. The middle of the rest decides: the host may have disturbed some.</remarks>
internal sealed class SharingTrial
{
    /// <summary>The batches of each way that count.</summary>
    public const int Samples = 5;

    /// <summary>The batches between two trials, at first and after another answer, and at most. The first ones may have run in code that was not optimised yet.</summary>
    public const int FirstPause = 32, LongestPause = 2048;

    /// <summary>What sharing has to be below for the threads that it keeps busy.</summary>
    private const double Gain = 0.97;

    private const int OfOneWay = Samples + 1;

    private readonly double[] sharedCosts = new double[Samples], aloneCosts = new double[Samples];
    private int done, paused, pause = FirstPause / 2;
    private bool hasBegun;

    /// <summary>Whether threads share the next batch of the trial.</summary>
    public bool Shares { get; private set; }

    /// <summary>The last answer: whether threads should share batches, whatever the trial is about to do. Before there is one, the way that the first trial began with.</summary>
    public bool Answer { get; private set; }

    /// <summary>Begins the first trial, if it has not begun.</summary>
    /// <param name="shares">The way to begin with.</param>
    public void Begin(bool shares)
    {
        if (!hasBegun)
        {
            (Shares, Answer, hasBegun) = (shares, shares, true);
        }
    }

    /// <summary>Takes note of a batch that was done as <see cref="Shares"/> said.</summary>
    /// <param name="cost">What it took, in proportion to its size.</param>
    public void Add(double cost)
    {
        if (done == 2 * OfOneWay)
        {
            if (++paused == pause)
            {
                done = paused = 0;
            }

            return;
        }

        int sample = (done % OfOneWay) - 1;
        if (sample >= 0)
        {
            (Shares ? sharedCosts : aloneCosts)[sample] = cost;
        }

        done++;
        if (done == OfOneWay)
        {
            Shares = !Shares;
        }
        else if (done == 2 * OfOneWay)
        {
            // The same answer again holds longer; another one is soon asked again, as it may have come from what disturbed the host.
            Shares = Middle(sharedCosts) < Gain * Middle(aloneCosts);
            pause = Shares == Answer ? Math.Min(2 * pause, LongestPause) : FirstPause;
            Answer = Shares;
        }
    }

    private static double Middle(double[] costs)
    {
        Array.Sort(costs);
        return costs[costs.Length / 2];
    }
}
