using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>The usage service.</summary>
internal static class UsageCall
{
    public static async Task ServeAsync(GuestState state, MultiplexedStream stream)
    {
        var disk = new DriveInfo("/");
        var usage = new GuestUsage(
            MemoryField("MemTotal:"),
            MemoryField("MemAvailable:"),
            disk.TotalSize,
            disk.AvailableFreeSpace,
            Directory.EnumerateDirectories("/proc").Count(path => char.IsAsciiDigit(Path.GetFileName(path)[0])),
            Stopwatch.GetElapsedTime(state.PersonalizedAt).TotalSeconds);
        await Replies.SendAsync(stream, data: JsonSerializer.SerializeToElement(usage, ProtocolJson.Default.GuestUsage)).ConfigureAwait(false);
        await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        await Replies.EndAsync(stream).ConfigureAwait(false);
    }

    private static long MemoryField(string name)
    {
        var line = File.ReadLines("/proc/meminfo").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
