using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Values;

public sealed class MemoryProtectionTests
{
    [Fact]
    public void A_protected_process_writes_no_core_file()
    {
        Assert.True(MemoryProtection.Enable());
        var line = File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
        Assert.Equal(["0", "0"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]);
    }
}
