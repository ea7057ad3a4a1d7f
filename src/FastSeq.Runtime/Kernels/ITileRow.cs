using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>The registers of one row of a tile, side by side.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TSelf">The row itself. There is a type for each number of registers: one with more fields than are used would keep registers busy.</typeparam>
interface ITileRow<T, TSelf>
    where T : unmanaged
    where TSelf : unmanaged, ITileRow<T, TSelf>
{
    /// <summary>Columns of a register.</summary>
    static abstract int Lanes { get; }

    /// <summary>Registers of the row.</summary>
    static abstract int Vectors { get; }

    static abstract TSelf Load(ref T source);

    /// <summary>c += a * b, the same a in all lanes. By reference: of a row that is returned the JIT makes another, and moves each sum into it.</summary>
    static abstract void MultiplyAdd(ref readonly T a, TSelf b, ref TSelf c);

    /// <summary>Stores a row, its last register elsewhere.</summary>
    static abstract void Store(TSelf row, ref T c, ref T last);

    /// <summary>Copies the first <paramref name="count"/> lanes of a register; nothing past them is written.</summary>
    static abstract void Copy(ref T source, ref T destination, int count);
}

/// <inheritdoc cref="ITileRow{T, TSelf}"/>
struct TileRow1<T, TVector, TWidth> : ITileRow<T, TileRow1<T, TVector, TWidth>>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
{
    TVector V0;

    public static int Lanes => TWidth.Lanes;

    public static int Vectors => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow1<T, TVector, TWidth> Load(ref T source)
    {
        Unsafe.SkipInit(out TileRow1<T, TVector, TWidth> row);
        row.V0 = TWidth.Load(in source);
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref readonly T a, TileRow1<T, TVector, TWidth> b, ref TileRow1<T, TVector, TWidth> c)
    {
        TVector lanes = TWidth.Broadcast(in a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow1<T, TVector, TWidth> row, ref T c, ref T last)
    {
        TWidth.Store(row.V0, ref last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref T source, ref T destination, int count) => TWidth.Store(TWidth.Load(in source), ref destination, count);
}

/// <inheritdoc cref="ITileRow{T, TSelf}"/>
struct TileRow2<T, TVector, TWidth> : ITileRow<T, TileRow2<T, TVector, TWidth>>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
{
    TVector V0, V1;

    public static int Lanes => TWidth.Lanes;

    public static int Vectors => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow2<T, TVector, TWidth> Load(ref T source)
    {
        Unsafe.SkipInit(out TileRow2<T, TVector, TWidth> row);
        row.V0 = TWidth.Load(in source);
        row.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref readonly T a, TileRow2<T, TVector, TWidth> b, ref TileRow2<T, TVector, TWidth> c)
    {
        TVector lanes = TWidth.Broadcast(in a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
        c.V1 = TWidth.MultiplyAdd(lanes, b.V1, c.V1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow2<T, TVector, TWidth> row, ref T c, ref T last)
    {
        TWidth.Store(row.V0, ref c);
        TWidth.Store(row.V1, ref last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref T source, ref T destination, int count) => TWidth.Store(TWidth.Load(in source), ref destination, count);
}

/// <inheritdoc cref="ITileRow{T, TSelf}"/>
struct TileRow3<T, TVector, TWidth> : ITileRow<T, TileRow3<T, TVector, TWidth>>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
{
    TVector V0, V1, V2;

    public static int Lanes => TWidth.Lanes;

    public static int Vectors => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow3<T, TVector, TWidth> Load(ref T source)
    {
        Unsafe.SkipInit(out TileRow3<T, TVector, TWidth> row);
        row.V0 = TWidth.Load(in source);
        row.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        row.V2 = TWidth.Load(in Unsafe.Add(ref source, 2 * TWidth.Lanes));
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref readonly T a, TileRow3<T, TVector, TWidth> b, ref TileRow3<T, TVector, TWidth> c)
    {
        TVector lanes = TWidth.Broadcast(in a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
        c.V1 = TWidth.MultiplyAdd(lanes, b.V1, c.V1);
        c.V2 = TWidth.MultiplyAdd(lanes, b.V2, c.V2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow3<T, TVector, TWidth> row, ref T c, ref T last)
    {
        TWidth.Store(row.V0, ref c);
        TWidth.Store(row.V1, ref Unsafe.Add(ref c, TWidth.Lanes));
        TWidth.Store(row.V2, ref last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref T source, ref T destination, int count) => TWidth.Store(TWidth.Load(in source), ref destination, count);
}

/// <inheritdoc cref="ITileRow{T, TSelf}"/>
struct TileRow4<T, TVector, TWidth> : ITileRow<T, TileRow4<T, TVector, TWidth>>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
{
    TVector V0, V1, V2, V3;

    public static int Lanes => TWidth.Lanes;

    public static int Vectors => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow4<T, TVector, TWidth> Load(ref T source)
    {
        Unsafe.SkipInit(out TileRow4<T, TVector, TWidth> row);
        row.V0 = TWidth.Load(in source);
        row.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        row.V2 = TWidth.Load(in Unsafe.Add(ref source, 2 * TWidth.Lanes));
        row.V3 = TWidth.Load(in Unsafe.Add(ref source, 3 * TWidth.Lanes));
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(ref readonly T a, TileRow4<T, TVector, TWidth> b, ref TileRow4<T, TVector, TWidth> c)
    {
        TVector lanes = TWidth.Broadcast(in a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
        c.V1 = TWidth.MultiplyAdd(lanes, b.V1, c.V1);
        c.V2 = TWidth.MultiplyAdd(lanes, b.V2, c.V2);
        c.V3 = TWidth.MultiplyAdd(lanes, b.V3, c.V3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow4<T, TVector, TWidth> row, ref T c, ref T last)
    {
        TWidth.Store(row.V0, ref c);
        TWidth.Store(row.V1, ref Unsafe.Add(ref c, TWidth.Lanes));
        TWidth.Store(row.V2, ref Unsafe.Add(ref c, 2 * TWidth.Lanes));
        TWidth.Store(row.V3, ref last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref T source, ref T destination, int count) => TWidth.Store(TWidth.Load(in source), ref destination, count);
}
