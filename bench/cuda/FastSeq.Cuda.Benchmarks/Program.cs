return FastSeq.Cuda.Benchmarks.BenchProgram.Run(args, Console.Out, Console.Error);
