using Sbx.Api.Errors;

namespace Sbx.Machines.Tests.Vm;

[Trait("needs", "vm")]
public sealed class SpareMachineTests(MachineFixture fixture) : IClassFixture<MachineFixture>, IAsyncLifetime
{
    private readonly Machines _machines = new(fixture.Directory.Path, fixture.Assets, keepSpare: true);

    public async Task InitializeAsync()
    {
        await (await _machines.StartAsync("first")).DisposeAsync();
        await _machines.Driver.SpareAsync();
    }

    public Task DisposeAsync() => _machines.Driver.DisposeAsync().AsTask();

    [Fact]
    public async Task The_next_start_takes_the_spare_which_becomes_its_own_sandbox_on_its_own_disk()
    {
        var spare = Spare();
        var spec = await _machines.SpecAsync("taken");
        await using (var machine = await _machines.Driver.StartAsync(spec, progress: null, CancellationToken.None))
        {
            Assert.Equal(spare, machine.ProcessId);
            Assert.Null((await GuestCalls.PersonalizeAsync(machine, "taken")).Error);
            Assert.Equal(0, await GuestCalls.ExecAsync(machine, "test \"$(hostname)\" = taken && test \"$(cat /etc/hostname)\" = taken && ! grep -rqs rehearsal /etc"));
            Assert.Equal(0, await GuestCalls.ExecAsync(machine, "test $(date +%Y) -ge 2026 && echo kept > /home/agent/note && sync"));
            var other = await Assert.ThrowsAsync<SbxException>(() => _machines.Driver.StartAsync(spec with { Id = "two" }, progress: null, CancellationToken.None));
            Assert.Equal(ErrorCode.Conflict, other.Code);
            await machine.KillAsync();
        }

        await _machines.Driver.SpareAsync();
        await using var again = await _machines.Driver.StartAsync(spec, progress: null, CancellationToken.None);
        Assert.Null((await GuestCalls.PersonalizeAsync(again)).Error);
        Assert.Equal(0, await GuestCalls.ExecAsync(again, "test \"$(cat /home/agent/note)\" = kept"));
    }

    [Fact]
    public async Task A_spare_that_was_killed_is_not_taken()
    {
        using (var process = System.Diagnostics.Process.GetProcessById(Spare()))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using var machine = await _machines.StartAsync("after");
        Assert.Equal(MachineStartMode.Warm, machine.StartMode);
        Assert.Null((await GuestCalls.PersonalizeAsync(machine)).Error);
    }

    [Fact]
    public async Task The_end_of_the_driver_is_the_end_of_its_spare()
    {
        Assert.NotEqual(0, Spare());
        await _machines.Driver.DisposeAsync();
        Assert.Empty(Directory.EnumerateFiles(_machines.PidFiles, "spare*"));
        Assert.Empty(Directory.EnumerateFiles(_machines.Warm, "spare-*", SearchOption.AllDirectories));
    }

    // A pid file begins with the process id.
    private int Spare() => int.Parse(
        File.ReadAllText(Directory.EnumerateFiles(_machines.PidFiles, "spare*").Single()).Split([' ', '\n'])[0], System.Globalization.CultureInfo.InvariantCulture);
}
