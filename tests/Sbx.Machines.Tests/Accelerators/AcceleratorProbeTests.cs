using Microsoft.Extensions.Time.Testing;
using Sbx.Machines.Accelerators;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests.Accelerators;

public sealed class AcceleratorProbeTests : IDisposable
{
    private static readonly QemuVersion Version = new("QEMU emulator version 8.2.2", new Version(8, 2, 2));
    private readonly TemporaryDirectory _directory = new();
    private readonly AcceleratorMemory _memory;
    private readonly AcceleratorProbe _probe;

    public AcceleratorProbeTests()
    {
        _memory = new AcceleratorMemory(_directory.Path);
        _probe = new AcceleratorProbe(_memory, new FakeTimeProvider());
    }

    [Fact]
    public async Task A_verdict_is_remembered_and_not_asked_for_again()
    {
        var verdict = await FindAsync(Version);
        Assert.NotEqual("", verdict.Explanation);
        _memory.Remember(verdict with { Explanation = "as remembered" });
        Assert.Equal("as remembered", (await FindAsync(Version)).Explanation);
    }

    [Fact]
    public async Task Another_version_of_qemu_is_asked_again()
    {
        var verdict = await FindAsync(Version);
        _memory.Remember(verdict with { Explanation = "as remembered" });
        Assert.NotEqual("as remembered", (await FindAsync(Version with { Text = "QEMU emulator version 9.0.0" })).Explanation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"accelerator\": \"Magic\"}")]
    [InlineData("{\"accelerator\": 99}")]
    public async Task A_damaged_memory_is_asked_again(string json)
    {
        await File.WriteAllTextAsync(_directory["accelerator.json"], json);
        Assert.Equal(AcceleratorProbe.Basis(Version), (await FindAsync(Version)).Basis);
    }

    [Fact]
    public async Task An_accelerator_that_does_not_boot_the_guest_is_not_used()
    {
        var verdict = await FindAsync(Version);
        Assert.Equal(Accelerator.Tcg, verdict.Accelerator);
        Assert.True(verdict.Emulated);
    }

    [Fact]
    public void Forgetting_twice_is_no_error()
    {
        _memory.Forget();
        _memory.Forget();
        Assert.Null(_memory.Recall("x"));
    }

    [Fact]
    public void The_counter_has_a_plausible_rate() => Assert.InRange(TimeStampCounter.Kilohertz, 100_000, 20_000_000);

    public void Dispose() => _directory.Dispose();

    private Task<AcceleratorVerdict> FindAsync(QemuVersion version) =>
        _probe.FindAsync(version, (_, _) => throw new QemuException("it hung"), progress: null, CancellationToken.None);
}
