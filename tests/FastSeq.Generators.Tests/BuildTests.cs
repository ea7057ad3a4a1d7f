using Xunit;

namespace FastSeq.Tests;

public sealed class BuildTests
{
    [Fact]
    public void TestProject_Runs() => Assert.NotNull(typeof(BuildTests).Assembly.GetName().Name);
}
