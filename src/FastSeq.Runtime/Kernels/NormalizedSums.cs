using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>What layer-normalised cells have in common: a few rows of sums at a time, so that what one pass over them leaves for the next is in the first-level cache.</summary>
public static class NormalizedSums
{
    /// <summary>The numbers that forward keeps of a row: mean and r = 1 / √(variance + ε) of each of at most four normalisations.</summary>
    public const int StatisticsSize = 8;

    /// <summary>The rows that go through all passes before the next ones.</summary>
    internal const int RowGroup = 4;

    /// <summary>A pass over the units of some rows, in registers of one width.</summary>
    internal interface IPass<T, TRows>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, allows ref struct
    {
        /// <summary>Does units <paramref name="first"/> to <paramref name="end"/> - 1: whole registers.</summary>
        static abstract void Run<TVector, TWidth>(int first, int end, scoped ref readonly TRows rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>;
    }

    /// <summary>A pass over all units: in whole registers of the widest width, then of narrower ones, then single numbers.</summary>
    internal static void InAllWidths<T, TRows, TPass>(int units, scoped ref readonly TRows rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, allows ref struct
        where TPass : struct, IPass<T, TRows>
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Whole<Vector512<T>, Width512<T>>(in rows);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Whole<Vector256<T>, Width256<T>>(in rows);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            Whole<Vector128<T>, Width128<T>>(in rows);
        }

        Whole<T, WidthScalar<T>>(in rows);

        void Whole<TVector, TWidth>(scoped ref readonly TRows rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            int end = done + ((units - done) / TWidth.Lanes * TWidth.Lanes);
            if (end > done)
            {
                TPass.Run<TVector, TWidth>(done, end, in rows);
                done = end;
            }
        }
    }

    /// <summary>Registers that hold the mean and r of one row's normalisation.</summary>
    internal readonly struct Scale<T, TVector, TWidth>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        readonly TVector _mean, _r;

        /// <summary>Those that lie one after the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Scale(ref readonly T statistics) =>
            (_mean, _r) = (TWidth.Broadcast(in statistics), TWidth.Broadcast(in Unsafe.Add(ref Unsafe.AsRef(in statistics), 1)));

        /// <summary>(x - mean)·r, which takes the place of x where it is kept.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Normalise(ref T x, bool keeps)
        {
            TVector normalised = TWidth.Multiply(TWidth.Subtract(TWidth.Load(in x), _mean), _r);
            if (keeps)
            {
                TWidth.Store(normalised, ref x);
            }

            return normalised;
        }
    }

    /// <summary>LN(x) + LN(y) of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sum<T, TVector, TWidth>(
        nint at, bool keeps, ref T x, Scale<T, TVector, TWidth> ofX, ref T weightX, ref T biasX, ref T y, Scale<T, TVector, TWidth> ofY, ref T weightY, ref T biasY)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector bias = TWidth.Add(TWidth.Load(in Unsafe.Add(ref biasX, at)), TWidth.Load(in Unsafe.Add(ref biasY, at)));
        TVector sum = TWidth.MultiplyAdd(ofY.Normalise(ref Unsafe.Add(ref y, at), keeps), TWidth.Load(in Unsafe.Add(ref weightY, at)), bias);
        return TWidth.MultiplyAdd(ofX.Normalise(ref Unsafe.Add(ref x, at), keeps), TWidth.Load(in Unsafe.Add(ref weightX, at)), sum);
    }

    /// <summary>The two sums over a row that the gradient by what was normalised needs: Σ g and Σ g·x̂, g = d·weight.</summary>
    internal ref struct SlopeSums<T, TVector, TWidth>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector _ofGradient, _ofProduct;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TVector d, ref T weight, ref T normalised, nint at) => Add(d, ref weight, TWidth.Load(in Unsafe.Add(ref normalised, at)), at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TVector d, ref T weight, TVector normalised, nint at)
        {
            TVector gradient = TWidth.Multiply(d, TWidth.Load(in Unsafe.Add(ref weight, at)));
            _ofGradient = TWidth.Add(_ofGradient, gradient);
            _ofProduct = TWidth.MultiplyAdd(gradient, normalised, _ofProduct);
        }

        /// <summary>Adds what the registers hold to two numbers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void AddTo(ref T sums)
        {
            sums += TWidth.Sum(_ofGradient);
            Unsafe.Add(ref sums, 1) += TWidth.Sum(_ofProduct);
        }
    }

    /// <summary>r·(g - mean of g - x̂·mean of g·x̂) as r·g + (shift + x̂·factor).</summary>
    internal readonly struct Slope<T, TVector, TWidth>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        readonly TVector _r, _shift, _factor;

        /// <summary>That of a row.</summary>
        /// <param name="r">The row's r.</param>
        /// <param name="sums">What <see cref="SlopeSums{T, TVector, TWidth}"/> left.</param>
        /// <param name="size">The numbers of the row.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Slope(ref readonly T r, ref readonly T sums, int size)
        {
            T scale = -r / T.CreateTruncating(size), shift = sums * scale, factor = Unsafe.Add(ref Unsafe.AsRef(in sums), 1) * scale;
            (_r, _shift, _factor) = (TWidth.Broadcast(in r), TWidth.Broadcast(in shift), TWidth.Broadcast(in factor));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of(TVector d, TVector weight, TVector normalised) =>
            TWidth.MultiplyAdd(TWidth.Multiply(d, weight), _r, TWidth.MultiplyAdd(normalised, _factor, _shift));
    }

    /// <summary>The rows of two normalisations whose gradients by what was normalised are computed together.</summary>
    internal ref struct SlopeRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>The rows, the numbers that a row's normalisations have, and those from one row to the next.</summary>
        public int Count, Size, Stride, GradientStride;

        /// <summary>What was normalised, the weights, the gradients by the normalised and those by what was normalised.</summary>
        public ref T X, Y, WeightX, WeightY, OfX, OfY, Dx, Dy;

        /// <summary>Mean and r of both, and the sums of both.</summary>
        public ref T Statistics, Sums;
    }

    /// <summary>The gradients by what was normalised, once the sums over the rows are there.</summary>
    internal readonly struct SlopePass<T> : IPass<T, SlopeRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly SlopeRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            ref T weightX = ref rows.WeightX, weightY = ref rows.WeightY;
            for (int row = 0; row < rows.Count; row++)
            {
                int place = row * rows.Stride, gradientPlace = row * rows.GradientStride;
                ref T statistics = ref Unsafe.Add(ref rows.Statistics, row * StatisticsSize), sums = ref Unsafe.Add(ref rows.Sums, row * StatisticsSize);
                var slopeX = new Slope<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 1), in sums, rows.Size);
                var slopeY = new Slope<T, TVector, TWidth>(in Unsafe.Add(ref statistics, 3), in Unsafe.Add(ref sums, 2), rows.Size);
                ref T x = ref Unsafe.Add(ref rows.X, place), y = ref Unsafe.Add(ref rows.Y, place), dx = ref Unsafe.Add(ref rows.Dx, place), dy = ref Unsafe.Add(ref rows.Dy, place);
                ref T ofX = ref Unsafe.Add(ref rows.OfX, gradientPlace), ofY = ref Unsafe.Add(ref rows.OfY, gradientPlace);
                for (nint j = first; j < end; j += TWidth.Lanes)
                {
                    TVector slope = slopeX.Of(TWidth.Load(in Unsafe.Add(ref ofX, j)), TWidth.Load(in Unsafe.Add(ref weightX, j)), TWidth.Load(in Unsafe.Add(ref x, j)));
                    TWidth.Store(slope, ref Unsafe.Add(ref dx, j));
                    slope = slopeY.Of(TWidth.Load(in Unsafe.Add(ref ofY, j)), TWidth.Load(in Unsafe.Add(ref weightY, j)), TWidth.Load(in Unsafe.Add(ref y, j)));
                    TWidth.Store(slope, ref Unsafe.Add(ref dy, j));
                }
            }
        }
    }
}
