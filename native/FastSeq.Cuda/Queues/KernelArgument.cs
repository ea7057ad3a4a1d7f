namespace FastSeq.Cuda;

/// <summary>One field of the struct that is a kernel's one parameter: 8 bytes, whatever it is.</summary>
readonly struct KernelArgument
{
    readonly long _bits;

    KernelArgument(long bits) => _bits = bits;

    /// <summary>An address on the device.</summary>
    public static implicit operator KernelArgument(DevicePointer pointer) => new(pointer.Address);

    /// <summary>A whole number, which the kernel sees with 64 bits.</summary>
    public static implicit operator KernelArgument(int number) => new(number);

    /// <summary>A whole number.</summary>
    public static implicit operator KernelArgument(long number) => new(number);

    /// <summary>A number, which the kernel sees as a double.</summary>
    public static implicit operator KernelArgument(double number) => new(BitConverter.DoubleToInt64Bits(number));
}
