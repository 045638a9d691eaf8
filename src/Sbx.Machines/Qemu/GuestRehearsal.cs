using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Machines.Qemu;

/// <summary>
/// Lets a guest that has no identity yet take one for trial and run commands, so that all code for it has run once: before a
/// warm image is saved, which brings what they read into memory, and in a spare machine, for which QEMU has translated it then.
/// </summary>
internal static class GuestRehearsal
{
    // What most sessions begin with.
    private static readonly string[][] Commands = [["/bin/true"], ["/bin/bash", "-c", "/bin/true"]];

    /// <summary>Runs it. The guest's disk must be formatted; it is written to.</summary>
    /// <exception cref="QemuException">The guest did not do it; the machine is as good as before all the same.</exception>
    public static async Task RunAsync(Multiplexer channel, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var command in Commands)
                await RunAsync(channel, command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new QemuException($"the rehearsal failed: {e.Message}", e);
        }
    }

    private static async Task RunAsync(Multiplexer channel, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var stream = await channel.OpenAsync(GuestServices.Rehearse, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var request = new ExecRequest { Command = command, User = "0", WorkingDirectory = "/" };
            await JsonFraming.WriteAsync(stream, request, ProtocolJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
            var reader = new ExecFrameReader(stream);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                if (frame.Type == ExecFrameType.Exit)
                    return;
            }
        }

        throw new EndOfStreamException("the guest gave it up");
    }
}
