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
    public const int RowGroup = 4;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        where TWidth : struct, IRegisterWidth<T, TVector> => Sum<T, TVector, TWidth>(
            at, ofX.Normalise(ref Unsafe.Add(ref x, at), keeps), ref weightX, ref biasX, ofY.Normalise(ref Unsafe.Add(ref y, at), keeps), ref weightY, ref biasY);

    /// <summary>The same where x and y are kept as they are before weight and bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sum<T, TVector, TWidth>(nint at, ref T x, ref T weightX, ref T biasX, ref T y, ref T weightY, ref T biasY)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => Sum<T, TVector, TWidth>(
            at, TWidth.Load(in Unsafe.Add(ref x, at)), ref weightX, ref biasX, TWidth.Load(in Unsafe.Add(ref y, at)), ref weightY, ref biasY);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Sum<T, TVector, TWidth>(nint at, TVector normalisedX, ref T weightX, ref T biasX, TVector normalisedY, ref T weightY, ref T biasY)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        TVector bias = TWidth.Add(TWidth.Load(in Unsafe.Add(ref biasX, at)), TWidth.Load(in Unsafe.Add(ref biasY, at)));
        TVector sum = TWidth.MultiplyAdd(normalisedY, TWidth.Load(in Unsafe.Add(ref weightY, at)), bias);
        return TWidth.MultiplyAdd(normalisedX, TWidth.Load(in Unsafe.Add(ref weightX, at)), sum);
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

        /// <summary>Adds what others have added up.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(SlopeSums<T, TVector, TWidth> others)
        {
            _ofGradient = TWidth.Add(_ofGradient, others._ofGradient);
            _ofProduct = TWidth.Add(_ofProduct, others._ofProduct);
        }

        /// <summary>Adds what the registers hold to two numbers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void AddTo(ref T sums)
        {
            sums += TWidth.Sum(_ofGradient);
            Unsafe.Add(ref sums, 1) += TWidth.Sum(_ofProduct);
        }
    }

    /// <summary>r·(g - mean of g - x̂·mean of g·x̂); the difference first, as it may be nothing but rounding where it is scaled before.</summary>
    internal readonly struct Slope<T, TVector, TWidth>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        readonly TVector _r, _ofGradient, _ofProduct;

        /// <summary>That of a row.</summary>
        /// <param name="r">The row's r.</param>
        /// <param name="sums">What <see cref="SlopeSums{T, TVector, TWidth}"/> left.</param>
        /// <param name="size">The numbers of the row.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Slope(ref readonly T r, ref readonly T sums, int size)
        {
            T count = T.CreateTruncating(size), ofGradient = sums / count, ofProduct = -(Unsafe.Add(ref Unsafe.AsRef(in sums), 1) / count);
            (_r, _ofGradient, _ofProduct) = (TWidth.Broadcast(in r), TWidth.Broadcast(in ofGradient), TWidth.Broadcast(in ofProduct));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of(TVector d, TVector weight, TVector normalised) =>
            TWidth.Multiply(TWidth.MultiplyAdd(normalised, _ofProduct, TWidth.Subtract(TWidth.Multiply(d, weight), _ofGradient)), _r);
    }

    /// <summary>The rows of two normalisations whose gradients are computed together.</summary>
    internal ref struct SlopeRows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>The rows, how many of them share a row of gradients of weights (1 or 2), and the numbers that a row's normalisations have.</summary>
        public int Count, Together, Size;

        /// <summary>The numbers from one row to the next: of sums, of gradients by normalised sums, of gradients of weights.</summary>
        public int Stride, GradientStride, WeightStride;

        /// <summary>What was normalised, before weight and bias; overwritten by the gradients by the sums.</summary>
        public ref T X, Y;

        /// <summary>The weights, the gradients by the normalised sums, mean and r of both, and the sums of both.</summary>
        public ref T WeightX, WeightY, OfX, OfY, Statistics, Sums;

        /// <summary>The gradients of the weights and of the biases, added to; that of the second bias is null where it is that of the first.</summary>
        public ref T DWeightX, DWeightY, DBiasX, DBiasY;
    }

    /// <summary>The gradients by the sums, once the sums over the rows are there, and the share of each row in those of the weights and biases.</summary>
    internal readonly struct SlopePass<T> : IPass<T, SlopeRows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly SlopeRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            for (int row = 0; row < rows.Count;)
            {
                // With 16 registers, what two rows need would not stay in them.
                if (rows.Together > 1 && Vector512.IsHardwareAccelerated && row + 1 < rows.Count)
                {
                    Run<TVector, TWidth, Size2>(first, end, row, in rows);
                    row += 2;
                }
                else
                {
                    Run<TVector, TWidth, Size1>(first, end, row, in rows);
                    row++;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Run<TVector, TWidth, TCount>(int first, int end, int row, scoped ref readonly SlopeRows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
            where TCount : struct, ISize
        {
            bool isApart = !Unsafe.IsNullRef(ref rows.DBiasY);
            int place = row * rows.Stride, gradientPlace = row * rows.GradientStride, weightPlace = row / rows.Together * rows.WeightStride;
            ref T weightX = ref rows.WeightX, weightY = ref rows.WeightY;
            ref T x = ref Unsafe.Add(ref rows.X, place), y = ref Unsafe.Add(ref rows.Y, place);
            ref T ofX = ref Unsafe.Add(ref rows.OfX, gradientPlace), ofY = ref Unsafe.Add(ref rows.OfY, gradientPlace);
            ref T dWeightX = ref Unsafe.Add(ref rows.DWeightX, weightPlace), dWeightY = ref Unsafe.Add(ref rows.DWeightY, weightPlace), dBiasX = ref Unsafe.Add(ref rows.DBiasX, weightPlace);
            Slopes<T, TVector, TWidth> slopes = new(in rows, row), next = TCount.Value > 1 ? new(in rows, row + 1) : default;
            for (nint j = first; j < end; j += TWidth.Lanes)
            {
                TVector scaleX = TWidth.Load(in Unsafe.Add(ref weightX, j)), scaleY = TWidth.Load(in Unsafe.Add(ref weightY, j));
                TVector dx = TWidth.Load(in Unsafe.Add(ref ofX, j)), dy = TWidth.Load(in Unsafe.Add(ref ofY, j));
                TVector normalisedX = TWidth.Load(in Unsafe.Add(ref x, j)), normalisedY = TWidth.Load(in Unsafe.Add(ref y, j));
                TWidth.Store(slopes.X.Of(dx, scaleX, normalisedX), ref Unsafe.Add(ref x, j));
                TWidth.Store(slopes.Y.Of(dy, scaleY, normalisedY), ref Unsafe.Add(ref y, j));
                TVector ofWeightX = TWidth.MultiplyAdd(dx, normalisedX, TWidth.Load(in Unsafe.Add(ref dWeightX, j)));
                TVector ofWeightY = TWidth.MultiplyAdd(dy, normalisedY, TWidth.Load(in Unsafe.Add(ref dWeightY, j)));
                TVector ofBiasX = TWidth.Add(TWidth.Load(in Unsafe.Add(ref dBiasX, j)), dx), ofBiasY = dy;
                if (TCount.Value > 1)
                {
                    nint at = j + rows.Stride, gradientAt = j + rows.GradientStride;
                    dx = TWidth.Load(in Unsafe.Add(ref ofX, gradientAt));
                    dy = TWidth.Load(in Unsafe.Add(ref ofY, gradientAt));
                    normalisedX = TWidth.Load(in Unsafe.Add(ref x, at));
                    normalisedY = TWidth.Load(in Unsafe.Add(ref y, at));
                    TWidth.Store(next.X.Of(dx, scaleX, normalisedX), ref Unsafe.Add(ref x, at));
                    TWidth.Store(next.Y.Of(dy, scaleY, normalisedY), ref Unsafe.Add(ref y, at));
                    ofWeightX = TWidth.MultiplyAdd(dx, normalisedX, ofWeightX);
                    ofWeightY = TWidth.MultiplyAdd(dy, normalisedY, ofWeightY);
                    ofBiasX = TWidth.Add(ofBiasX, dx);
                    ofBiasY = TWidth.Add(ofBiasY, dy);
                }

                TWidth.Store(ofWeightX, ref Unsafe.Add(ref dWeightX, j));
                TWidth.Store(ofWeightY, ref Unsafe.Add(ref dWeightY, j));
                TWidth.Store(ofBiasX, ref Unsafe.Add(ref dBiasX, j));
                if (isApart)
                {
                    AddTo<T, TVector, TWidth>(ofBiasY, ref Unsafe.Add(ref rows.DBiasY, weightPlace + j));
                }
            }
        }
    }

    /// <summary>The slopes of a row's two normalisations.</summary>
    readonly struct Slopes<T, TVector, TWidth>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        public readonly Slope<T, TVector, TWidth> X, Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Slopes(scoped ref readonly SlopeRows<T> rows, int row)
        {
            ref T statistics = ref Unsafe.Add(ref rows.Statistics, row * StatisticsSize), sums = ref Unsafe.Add(ref rows.Sums, row * StatisticsSize);
            X = new(in Unsafe.Add(ref statistics, 1), in sums, rows.Size);
            Y = new(in Unsafe.Add(ref statistics, 3), in Unsafe.Add(ref sums, 2), rows.Size);
        }
    }

    /// <summary>sum += a·b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddProduct<T, TVector, TWidth>(TVector a, TVector b, ref T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Store(TWidth.MultiplyAdd(a, b, TWidth.Load(in sum)), ref sum);

    /// <summary>sum += a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddTo<T, TVector, TWidth>(TVector a, ref T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Store(TWidth.Add(TWidth.Load(in sum), a), ref sum);
}
