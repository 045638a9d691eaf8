using System.Globalization;

namespace Sbx.Daemon.Machines;

/// <summary>What a machine's process takes for itself, without the pages it shares with other machines.</summary>
internal static class ProcessMemory
{
    /// <summary>Anonymous resident memory in bytes (RssAnon of proc(5)), or null where it cannot be read.</summary>
    public static long? Anonymous(int processId)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{processId}/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(8).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
            }
        }
        catch (IOException)
        {
            // It has just ended.
        }

        return null;
    }
}
