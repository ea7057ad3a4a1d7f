using FastSeq.Cuda.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

// The fake libraries are there before the first test, and count what all tests take and give back.
[assembly: AssemblyFixture(typeof(FakeCuda))]
[assembly: Parallelization(Mode = ParallelMode.None)]
