using System.Diagnostics;

namespace Sbx.Api.Client;

/// <summary>Tells whether a process that is not a child of ours has ended.</summary>
internal static class ProcessEnd
{
    /// <summary>Whether it is gone, or a zombie that nobody reaps (in a container whose first process is no init).</summary>
    public static bool HasEnded(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // proc(5): the state follows the name, which stands in parentheses and may hold anything.
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                return stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X';
            }

            using var process = Process.GetProcessById(processId);
            return false;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
