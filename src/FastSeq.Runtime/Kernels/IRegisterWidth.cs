namespace FastSeq.Kernels;

/// <summary>The operations of one register of lanes, so that a kernel is one text for every vector width and for single numbers.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TVector">The register: Vector512, Vector256, Vector128 of T, or T itself.</typeparam>
interface IRegisterWidth<T, TVector>
    where T : unmanaged
    where TVector : unmanaged
{
    static abstract int Lanes { get; }

    static abstract TVector Broadcast(ref readonly T value);

    static abstract TVector Load(ref readonly T source);

    static abstract void Store(TVector value, ref T destination);

    /// <summary>The first <paramref name="count"/> lanes; nothing past them is written.</summary>
    static abstract void Store(TVector value, ref T destination, int count);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The larger; NaN where either is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The smaller; NaN where either is NaN.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>a = b ? value : 0.</summary>
    static abstract TVector WhereEqual(TVector a, TVector b, TVector value);

    /// <summary>condition &gt; 0 ? value : 0.</summary>
    static abstract TVector WherePositive(TVector condition, TVector value);

    static abstract TVector Relu(TVector x);

    static abstract TVector Sigmoid(TVector x);

    static abstract TVector Tanh(TVector x);

    static abstract TVector Exp(TVector x);

    static abstract TVector Log(TVector x);

    static abstract TVector Softplus(TVector x);

    /// <summary>The sum of all lanes.</summary>
    static abstract T Sum(TVector x);

    /// <summary>The largest lane; NaN where one is NaN.</summary>
    static abstract T Largest(TVector x);
}
