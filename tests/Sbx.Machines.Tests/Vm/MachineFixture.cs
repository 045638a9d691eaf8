namespace Sbx.Machines.Tests.Vm;

/// <summary>One baked image for all tests of a class.</summary>
public sealed class MachineFixture : IAsyncLifetime
{
    internal TemporaryDirectory Directory { get; } = new();

    internal Assets Assets { get; } = Assets.FromEnvironment();

    internal Machines Machines { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Machines = new Machines(Directory.Path, Assets);
        await using var machine = await Machines.StartAsync("first");
    }

    public Task DisposeAsync()
    {
        Directory.Dispose();
        return Task.CompletedTask;
    }
}
