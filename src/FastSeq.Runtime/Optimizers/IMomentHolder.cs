namespace FastSeq;

/// <summary>Who has the moments of an optimizer elsewhere, such as on a device, newer than those that the optimizer keeps.</summary>
interface IMomentHolder
{
    /// <summary>Brings the moments back to the optimizer.</summary>
    void ReturnMoments();
}
