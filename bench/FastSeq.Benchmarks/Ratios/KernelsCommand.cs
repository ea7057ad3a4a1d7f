using System.CommandLine;
using System.Runtime.CompilerServices;
using FastSeq.Benchmarks.Workloads;
using FastSeq.Kernels;
using FastSeq.Tensors;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>How close do the matrix kernels come to the FMA peak, at the shapes training has? One line a shape.</summary>
static class KernelsCommand
{
    public static Command Create()
    {
        var command = new Command("kernels", "The share of the FMA peak that the matrix kernels reach.");
        command.SetAction(_ => Run());
        return command;
    }

    static void Run()
    {
        double bestPeak = FmaProbe.Measure();
        Console.WriteLine(Versions.CpuName);
        foreach (int rowBlock in new[] { 3200, 448, 112 })
        {
            Report("input product of all steps", 3200, 128, 1024, rowBlock, outer: false, ref bestPeak);
            Report("gradient of W_hh", 3200, 256, 1024, rowBlock, outer: true, ref bestPeak);
        }

        Report("recurrent product of a step", 32, 256, 1024, 32, outer: false, ref bestPeak);
        Report("gradient of h", 32, 1024, 256, 32, outer: false, ref bestPeak);
        Report("recurrent product of a step", 16, 64, 256, 16, outer: false, ref bestPeak);
        Report("gradient of W_hh", 800, 64, 256, 112, outer: true, ref bestPeak);
        Report("a narrow last panel", 32, 20, 16, 32, outer: false, ref bestPeak);
    }

    static void Report(string what, int rows, int inner, int columns, int rowBlock, bool outer, ref double bestPeak)
    {
        using var cell = new Cell(new Product(rows, inner, columns, rowBlock, outer));
        cell.WarmUp();
        for (int round = 0; round < 15; round++)
            cell.Measure(ref bestPeak);
        double flops = 2.0 * rows * inner * columns;
        Console.WriteLine($"{what,-28} {$"{rows} x {inner} x {columns}",-18} rows by {rowBlock,-5} {cell.Microseconds,10:F2} us {flops / cell.Microseconds / 1e3,8:F1} GFLOP/s {cell.ShareOfPeak(flops) * 100,6:F1} % of the FMA peak; the fastest sample {flops / cell.LeastMicroseconds / 1e3 / bestPeak * 100,6:F1} % of the best probe");
    }

    /// <summary>All panels of 64 columns of one product, one after the other.</summary>
    sealed class Product(int rows, int inner, int columns, int rowBlock, bool outer) : Contender(Ours, 1)
    {
        const int PanelColumns = 64;
        readonly int _columns = Math.Min(columns, PanelColumns);
        readonly AlignedBuffer<float> _a = Filled(rows * inner);
        readonly AlignedBuffer<float> _weights = Filled(inner * columns);
        readonly AlignedBuffer<float> _c = Filled(rows * columns);

        readonly AlignedBuffer<float> _packed = Filled(rowBlock * (inner + 5) + 8);

        public override void Run(int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                for (int row = 0; row < rows; row += rowBlock)
                {
                    int count = Math.Min(rowBlock, rows - row);
                    ref float a = ref _a.Span[row * inner];
                    if (outer) OuterProduct.Pack(count, inner, in a, inner, ref _packed.Reference);
                    for (int panel = 0; panel * PanelColumns < columns; panel++)
                    {
                        ref float weights = ref _weights.Span[panel * PanelColumns * inner];
                        ref float c = ref _c.Span[((panel * rows) + row) * _columns];
                        if (outer)
                            OuterProduct.Accumulate(count, inner, in _packed.Reference, in c, _columns, _columns, ref weights, _columns);
                        else
                            PanelProduct.Multiply(count, inner, in a, inner, in weights, _columns, _columns, in Unsafe.NullRef<float>(), false, ref c, _columns);
                    }
                }
            }
        }

        public override float[] Check() => [];

        static AlignedBuffer<float> Filled(int length)
        {
            var buffer = new AlignedBuffer<float>(length);
            buffer.Span.Fill(1e-6f);
            return buffer;
        }
    }
}
