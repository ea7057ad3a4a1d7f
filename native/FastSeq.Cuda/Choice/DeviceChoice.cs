namespace FastSeq.Cuda;

/// <summary>Where <see cref="AutoDevice"/> lets a model be computed, and why.</summary>
public sealed class DeviceChoice
{
    internal DeviceChoice(ISequenceDevice? device, string reason)
    {
        Device = device;
        Reason = reason;
    }

    /// <summary>The device; null for the processor.</summary>
    public ISequenceDevice? Device { get; }

    /// <summary>Why, for people: the times that were measured, or what keeps the model from a device.</summary>
    public string Reason { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Device?.Name ?? "the processor"}: {Reason}";
}
