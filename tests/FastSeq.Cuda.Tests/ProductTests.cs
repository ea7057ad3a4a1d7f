using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

public sealed class ProductTests : CudaTest
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 0 }, { 1, 7, 3, 0 }, { 5, 1, 9, 2 }, { 7, 9, 1, 3 }, { 17, 13, 11, 0 }, { 8, 20, 5, 4 }, { 3, 4, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Product_IsThatOfRows(int m, int n, int k, int gap)
    {
        using CudaQueue floats = CreateQueue(), doubles = CreateQueue(isDouble: true);
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                foreach (double beta in new[] { 0, 1, -0.5 })
                {
                    var product = new Product(m, n, k, transposeA, transposeB, beta, gap);
                    AssertClose(product.Expected, product.Compute<float>(floats), 1e-5);
                    AssertClose(product.Expected, product.Compute<double>(doubles), 1e-13);
                }
            }
        }
    }

    [Fact]
    public void EmptyProduct_IsNothing()
    {
        using CudaQueue queue = CreateQueue();
        queue.Multiply(0, 3, 2, default, 0, false, default, 3, false, 0, default, 3);
        queue.Multiply(3, 0, 2, default, 2, false, default, 0, false, 0, default, 0);
    }

    [Fact]
    public void CoarserPrecision_IsTakenWhenAskedFor()
    {
        using CudaQueue queue = CreateQueue();
        var product = new Product(9, 8, 50, false, true, 1, 0);
        double exact = LargestError(ProductPrecision.Float32), tensor = LargestError(ProductPrecision.TensorFloat32), brain = LargestError(ProductPrecision.BFloat16);
        Assert.True(exact < 1e-5 && tensor > exact * 10 && tensor < 1e-2 && brain > tensor * 3 && brain < 5e-2, $"{exact} {tensor} {brain}");

        double LargestError(ProductPrecision precision)
        {
            queue.ProductPrecision = precision;
            return product.Compute<float>(queue).Zip(product.Expected, (one, other) => Math.Abs(one - other)).Max();
        }
    }

    [Fact]
    public void Doubles_StayDoubles()
    {
        using CudaQueue queue = CreateQueue(isDouble: true);
        queue.ProductPrecision = ProductPrecision.BFloat16;
        var product = new Product(9, 8, 50, false, true, 1, 0);
        AssertClose(product.Expected, product.Compute<double>(queue), 1e-13);
    }

    [Fact]
    public void WrongLeadingDimension_IsRefusedByCublas()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4000);
        DevicePointer at = memory.Pointer;
        var exception = Assert.Throws<CudaException>(() => queue.Multiply(4, 5, 6, at, 5, false, at, 5, false, 0, at, 5));
        Assert.Equal("cuBLAS: cublasSgemm_v2 failed with status 7: an unsupported value or parameter was passed to the function", exception.Message);
        Assert.Equal(("cuBLAS", "cublasSgemm_v2", 7), (exception.Library, exception.Function, exception.Status));
        queue.ProductPrecision = ProductPrecision.TensorFloat32;
        Assert.Equal("cublasGemmEx", Assert.Throws<CudaException>(() => queue.Multiply(4, 5, 6, at, 5, false, at, 5, false, 0, at, 5)).Function);
    }

    static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++) Assert.True(expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance, $"{i}: {expected[i]} and {actual[i]}");
    }

    /// <summary>One product in plain loops. Between its rows lie numbers that belong to nobody and must stay.</summary>
    sealed class Product
    {
        readonly int _m, _n, _k, _lda, _ldb, _ldc;
        readonly bool _transposeA, _transposeB;
        readonly double _beta;
        readonly float[] _a, _b, _c;

        public Product(int m, int n, int k, bool transposeA, bool transposeB, double beta, int gap)
        {
            (_m, _n, _k, _transposeA, _transposeB, _beta) = (m, n, k, transposeA, transposeB, beta);
            _lda = Math.Max(1, transposeA ? m : k) + gap;
            _ldb = Math.Max(1, transposeB ? k : n) + gap + 1;
            _ldc = n + gap;
            _a = Numbers(_lda * Math.Max(1, transposeA ? k : m), 1);
            _b = Numbers(_ldb * Math.Max(1, transposeB ? n : k), 2);
            _c = beta == 0 ? [.. Enumerable.Repeat(float.NaN, _ldc * m)] : Numbers(_ldc * m, 3);
            Expected = [.. _c.Select(value => (double)value)];
            for (int row = 0; row < m; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    double sum = 0;
                    for (int i = 0; i < k; i++) sum += (double)_a[transposeA ? (i * _lda) + row : (row * _lda) + i] * _b[transposeB ? (column * _ldb) + i : (i * _ldb) + column];
                    ref double result = ref Expected[(row * _ldc) + column];
                    result = beta == 0 ? sum : sum + (beta * result);
                }
            }
        }

        public double[] Expected { get; }

        public double[] Compute<T>(CudaQueue queue)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            using CudaMemory a = Upload(_a), b = Upload(_b), c = Upload(_c);
            queue.Multiply(_m, _n, _k, a.Pointer, _lda, _transposeA, b.Pointer, _ldb, _transposeB, _beta, c.Pointer, _ldc);
            T[] back = new T[_c.Length];
            queue.Download<T>(c.Pointer, back);
            return [.. back.Select(double.CreateChecked)];

            unsafe CudaMemory Upload(float[] numbers)
            {
                CudaMemory memory = queue.Allocate(numbers.Length * (long)sizeof(T));
                queue.Upload<T>(numbers.Select(T.CreateChecked).ToArray(), memory.Pointer);
                return memory;
            }
        }
    }
}
