using Sbx.Guest.Calls;
using Sbx.Guest.Channel;
using Sbx.Guest.Egress;
using Sbx.Guest.Exec;
using Sbx.Guest.Native;
using Sbx.Guest.Power;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Boot;

/// <summary>The life of the machine: boot to the state that is kept as a warm image, then serve the host.</summary>
internal static class Machine
{
    /// <summary>Where the template is mounted before the sandbox's root exists.</summary>
    public const string BaseDirectory = "/base";

    private static int _control;
    private static GuestState? _state;

    /// <summary>Everything that does not depend on which sandbox this becomes. The writable disk is not touched.</summary>
    public static void Boot()
    {
        const nint ignore = 1;
        _ = Libc.Signal(Libc.SigPipe, ignore);
        _ = Libc.SetFileModeMask(0x12);
        Mounts.MountNew("devtmpfs", "/dev", "devtmpfs", Mounts.NoSetUid);
        Mounts.MountNew("proc", "/proc", "proc", Mounts.NoSetUid | Mounts.NoDevices | Mounts.NoExecute);
        Mounts.MountNew("sysfs", "/sys", "sysfs", Mounts.NoSetUid | Mounts.NoDevices | Mounts.NoExecute);
        KernelModules.LoadAll();
        Loopback.BringUp("lo");
        ResourceLimits.Set();
        AddressRandomization.Adapt();
        Directory.CreateDirectory(BaseDirectory);
        Mounts.Mount(BlockDevices.Find(BlockDevices.RootSerial), BaseDirectory, "squashfs", Mounts.ReadOnly);
        _control = VirtioPorts.Open(GuestServices.ControlPort);
        _state = new GuestState(VirtioPorts.Open(GuestServices.FilesPort), new ProcessTable(), new DescriptorEvents());
        CaptureInterface.Open();
        CaptureRules.Install(_state);
        _state.Gateway = EgressGateway.Open(_state);
        Warmup.Run(_state);
    }

    /// <summary>
    /// Serves one host after another until one has personalized the machine; when that host goes, the machine ends. Before,
    /// a missing host is nothing special: the machine waits as a warm image.
    /// </summary>
    public static async Task ServeAsync()
    {
        var state = _state!;
        while (true)
        {
            PortConnection.Wait(_control);
            var channel = Multiplexer.Start(new PortStream(_control), new MultiplexerOptions { IsHost = false });
            state.Channel = channel;
            var calls = new CallDispatcher(state);
            while (await channel.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } stream)
                _ = Task.Run(() => calls.ServeAsync(stream));
            var cause = await channel.Completion.ConfigureAwait(false);
            if (!state.IsPersonalized)
                continue;
            if (cause is not EndOfStreamException)
                BootLog.Write($"the channel ended: {cause?.Message}");
            ShutdownCall.EndProcesses(state, TimeSpan.Zero);
            FileSystems.SyncAndFreeze(state);
            return;
        }
    }
}
