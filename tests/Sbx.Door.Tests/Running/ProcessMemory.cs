using System.Globalization;

namespace Sbx.Door.Tests.Running;

/// <summary>Searches the memory of a process, as its dump would show it (proc(5), mem and maps).</summary>
internal static class ProcessMemory
{
    public static bool Contains(int processId, byte[] bytes)
    {
        using var memory = new FileStream($"/proc/{processId}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        foreach (var line in File.ReadLines($"/proc/{processId}/maps"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[1][0] != 'r' || line.EndsWith("[vvar]", StringComparison.Ordinal) || line.EndsWith("[vsyscall]", StringComparison.Ordinal) || line.EndsWith("[vvar_vclock]", StringComparison.Ordinal))
                continue;
            var range = fields[0].Split('-');
            var start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            try
            {
                memory.Position = start;
                if (FileContent.Contains(memory, end - start, bytes))
                    return true;
            }
            catch (IOException)
            {
                // A part that cannot be read (beyond the end of a mapped file).
            }
        }

        return false;
    }
}
