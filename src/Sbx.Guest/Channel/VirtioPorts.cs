using System.Diagnostics;
using Sbx.Guest.Native;

namespace Sbx.Guest.Channel;

/// <summary>Finds virtio-serial ports by their names.</summary>
internal static class VirtioPorts
{
    private const string ClassDirectory = "/sys/class/virtio-ports";

    /// <summary>Opens the port; waits up to ten seconds, because the device announces its ports after its driver has loaded.</summary>
    /// <exception cref="IOException">The machine has no such port.</exception>
    public static int Open(string name)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (Find(name) is { } device)
                return Descriptor.Open(device, Libc.OReadWrite);
            if (waited.Elapsed > TimeSpan.FromSeconds(10))
                throw new IOException($"the machine has no virtio-serial port named '{name}'");
            Thread.Sleep(2);
        }
    }

    private static string? Find(string name)
    {
        if (!Directory.Exists(ClassDirectory))
            return null;
        foreach (var directory in Directory.EnumerateDirectories(ClassDirectory))
        {
            var file = Path.Combine(directory, "name");
            var device = "/dev/" + Path.GetFileName(directory);
            if (File.Exists(file) && File.Exists(device) && File.ReadAllText(file).Trim() == name)
                return device;
        }

        return null;
    }
}
