using Sbx.Guest.Boot;
using Sbx.Guest.Calls;
using Sbx.Guest.Native;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Power;

/// <summary>The shutdown service.</summary>
internal static class ShutdownCall
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(1);

    public static async Task ServeAsync(GuestState state, MultiplexedStream stream)
    {
        var request = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ShutdownRequest, CancellationToken.None).ConfigureAwait(false);
        try
        {
            EndProcesses(state, TimeSpan.FromMilliseconds(Math.Clamp(request.GraceMilliseconds, 0, 600_000)));
            await UnmountWorkspacesAsync(state).ConfigureAwait(false);
            FileSystems.SyncAndFreeze(state);
            await Replies.SendAsync(stream).ConfigureAwait(false);
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
            // The host needs a moment to read the answer out of the machine; it ends the stream when it has.
            await Replies.EndAsync(stream).WaitAsync(ReadLimit).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (e is not (TimeoutException or StreamResetException or ChannelClosedException))
                BootLog.Write($"shutdown: {e.Message}");
        }

        PowerSwitch.Off();
    }

    /// <summary>Asks all processes to end, then ends them.</summary>
    public static void EndProcesses(GuestState state, TimeSpan grace)
    {
        const int everyProcess = -1;
        _ = Libc.Kill(everyProcess, Libc.SigTerminate);
        _ = Libc.Kill(everyProcess, Libc.SigContinue);
        if (state.Processes.WaitUntilEmpty(grace))
            return;
        _ = Libc.Kill(everyProcess, Libc.SigKill);
        if (!state.Processes.WaitUntilEmpty(KillLimit))
            BootLog.Write("some processes could not be killed");
    }

    // In time: with a file server that answers no more, both calls would wait for ever.
    private static async Task UnmountWorkspacesAsync(GuestState state)
    {
        if (!state.IsPersonalized)
            return;
        try
        {
            await Task.Run(() => Unmount(state.Personality.Workspaces)).WaitAsync(KillLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            BootLog.Write("the file server did not answer while the workspaces were unmounted");
        }
    }

    private static void Unmount(IReadOnlyList<WorkspaceMount> workspaces)
    {
        foreach (var workspace in workspaces.Reverse())
        {
            using (var root = new OwnedDescriptor(Libc.Open(workspace.Path, Libc.OReadOnly | Libc.ONonBlock | Libc.OCloseOnExec)))
                _ = Libc.SyncFileSystem(root.Value);
            if (Libc.Unmount(workspace.Path, 0) < 0)
                _ = Libc.Unmount(workspace.Path, Mounts.Detach);
        }
    }
}
