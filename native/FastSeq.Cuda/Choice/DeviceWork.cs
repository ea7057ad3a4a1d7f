namespace FastSeq.Cuda;

/// <summary>What a device is chosen for: a model may train faster on a GPU and predict faster on the processor.</summary>
public enum DeviceWork
{
    /// <summary>Training steps: forward, backward and the optimizer.</summary>
    Training,

    /// <summary>Predictions.</summary>
    Prediction,
}
