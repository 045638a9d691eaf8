using System.Diagnostics;
using Sbx.Machines.Processes;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Machines.Tests.Vm;

[Trait("needs", "vm")]
public sealed class QemuMachineTests(MachineFixture fixture) : IClassFixture<MachineFixture>
{
    private Machines Machines => fixture.Machines;

    [Fact]
    public async Task A_machine_is_restored_and_its_guest_answers_calls()
    {
        await using var machine = await Machines.StartAsync("answers");
        Assert.Equal(MachineStartMode.Warm, machine.StartMode);
        Assert.False(machine.Exited.IsCompleted);
        var personalized = await GuestCalls.CallAsync(machine, GuestServices.Personalize, GuestCalls.Identity(), ProtocolJson.Default.PersonalizeRequest);
        Assert.Null(personalized.Error);
    }

    [Fact]
    public async Task What_was_synced_survives_a_kill_and_the_next_start_has_it()
    {
        var spec = await Machines.SpecAsync("synced");
        await using (var first = await Machines.Driver.StartAsync(spec, progress: null, CancellationToken.None))
        {
            Assert.Null((await GuestCalls.CallAsync(first, GuestServices.Personalize, GuestCalls.Identity(), ProtocolJson.Default.PersonalizeRequest)).Error);
            Assert.Equal(0, await GuestCalls.ExecAsync(first, "echo kept > /home/agent/note && sync"));
            await first.KillAsync();
        }

        await using var second = await Machines.Driver.StartAsync(spec, progress: null, CancellationToken.None);
        Assert.Equal(MachineStartMode.Warm, second.StartMode);
        Assert.Null((await GuestCalls.CallAsync(second, GuestServices.Personalize, GuestCalls.Identity(), ProtocolJson.Default.PersonalizeRequest)).Error);
        Assert.Equal(0, await GuestCalls.ExecAsync(second, "test \"$(cat /home/agent/note)\" = kept"));
    }

    [Fact]
    public async Task Many_machines_start_at_once_from_one_image()
    {
        var machines = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Machines.StartAsync($"many{i}")));
        Assert.All(machines, machine => Assert.Equal(MachineStartMode.Warm, machine.StartMode));
        Assert.Equal(machines.Length, machines.Select(machine => machine.ProcessId).Distinct().Count());
        foreach (var machine in machines)
            await machine.DisposeAsync();
    }

    [Fact]
    public async Task A_killed_machine_says_so_and_leaves_nothing()
    {
        var machine = await Machines.StartAsync("killed");
        Assert.True(File.Exists(Path.Combine(Machines.PidFiles, "killed.pid")));
        await machine.KillAsync();
        Assert.Equal("killed", await machine.Exited);
        Assert.Null(ProcessIdentity.Of(machine.ProcessId));
        Assert.False(File.Exists(Path.Combine(Machines.PidFiles, "killed.pid")));
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await machine.Channel.OpenAsync(GuestServices.Usage, CancellationToken.None));
        await machine.DisposeAsync();
    }

    [Fact]
    public async Task A_guest_that_powers_off_ends_its_machine()
    {
        await using var machine = await Machines.StartAsync("off");
        await using (var stream = await machine.Channel.OpenAsync(GuestServices.Shutdown, CancellationToken.None))
        {
            await JsonFraming.WriteAsync(stream, new ShutdownRequest(0), ProtocolJson.Default.ShutdownRequest, CancellationToken.None);
            await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, CancellationToken.None);
        }

        Assert.StartsWith("powered off", await machine.Exited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_has_no_privilege_no_variable_and_no_file_but_its_own()
    {
        await using var machine = await Machines.StartAsync("confined");
        var status = (await File.ReadAllLinesAsync($"/proc/{machine.ProcessId}/status")).Select(line => line.Split(':', 2)).ToDictionary(f => f[0], f => f[1].Trim());
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal("0000000000000000", status["CapEff"]);
        Assert.Equal("0000000000000000", status["CapPrm"]);
        if (Environment.UserName == "root")
            Assert.All(status["Uid"].Split('\t'), id => Assert.True(uint.Parse(id, System.Globalization.CultureInfo.InvariantCulture) >= 1_900_000_000));
        Assert.NotEqual(Link("self", "ns/net"), Link(machine.ProcessId, "ns/net"));
        Assert.DoesNotContain("HOME", await File.ReadAllTextAsync($"/proc/{machine.ProcessId}/environ"), StringComparison.Ordinal);
        var open = Directory.EnumerateFileSystemEntries($"/proc/{machine.ProcessId}/fd").Select(path => new FileInfo(path).LinkTarget!).Where(target => target.StartsWith('/')).Distinct();
        Assert.All(open, target => Assert.Matches("(/ram|/state|\\.disk|\\.squashfs|/dev/null)$", target));
    }

    [Fact]
    public async Task A_restored_machine_takes_little_memory_of_its_own()
    {
        await using var machine = await Machines.StartAsync("memory");
        var line = (await File.ReadAllLinesAsync($"/proc/{machine.ProcessId}/smaps_rollup")).Single(l => l.StartsWith("Anonymous:", StringComparison.Ordinal));
        var kib = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(kib, 1, 60 * 1024);
    }

    [Fact]
    public async Task A_disk_is_used_by_one_machine_only()
    {
        var spec = await Machines.SpecAsync("one");
        await using var machine = await Machines.Driver.StartAsync(spec, progress: null, CancellationToken.None);
        var error = await Assert.ThrowsAsync<Sbx.Api.Errors.SbxException>(() => Machines.Driver.StartAsync(spec with { Id = "two" }, progress: null, CancellationToken.None));
        Assert.Equal(Sbx.Api.Errors.ErrorCode.Conflict, error.Code);
    }

    [Fact]
    public async Task A_cancelled_start_leaves_no_process()
    {
        using var cancel = new CancellationTokenSource();
        var start = Machines.StartAsync("cancelled", cancel.Token);
        while (!File.Exists(Path.Combine(Machines.PidFiles, "cancelled.pid")) && !start.IsCompleted)
            await Task.Delay(1);
        await cancel.CancelAsync();
        try
        {
            await (await start).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
        }

        Assert.False(File.Exists(Path.Combine(Machines.PidFiles, "cancelled.pid")));
    }

    [Fact]
    public async Task A_machine_dies_with_its_daemon()
    {
        using var daemon = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, fixture.Directory.Path, fixture.Assets.Directory, "daemon"]) { RedirectStandardOutput = true })!;
        var identity = ProcessIdentity.Of(int.Parse((await daemon.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture))!;
        Assert.True(identity.IsAlive());
        daemon.Kill();
        await daemon.WaitForExitAsync();
        var deadline = Stopwatch.StartNew();
        while (identity.IsAlive() && deadline.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(10);
        Assert.False(identity.IsAlive());
    }

    private static string? Link(object process, string name) => new FileInfo($"/proc/{process}/{name}").LinkTarget;
}
