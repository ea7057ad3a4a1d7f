using FastSeq.Cuda.Tests.Support;
using Xunit;

// The fake CUDA libraries are there before the first test.
[assembly: AssemblyFixture(typeof(FakeCuda))]
