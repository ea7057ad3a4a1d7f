namespace FastSeq;

/// <summary>How the sequences of a batch lie in the caller's memory.</summary>
enum SequenceLayout
{
    /// <summary>One sequence after the other, without padding.</summary>
    Ragged,

    /// <summary>Rows of equally many time steps, of which each sequence has the first ones.</summary>
    Padded,

    /// <summary>Rows of equally many time steps, of which a mask says which count.</summary>
    Masked,

    /// <summary>Time step by time step, the longest sequence first.</summary>
    Packed,
}
