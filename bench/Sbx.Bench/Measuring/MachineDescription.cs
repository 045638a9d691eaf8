using System.Globalization;

namespace Sbx.Bench.Measuring;

/// <summary>On what the figures were measured.</summary>
internal static class MachineDescription
{
    public static string Text()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) >> 20;
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var kvm = File.Exists("/dev/kvm") ? "/dev/kvm is there" : "no /dev/kvm, machines are emulated";
        return $"{processor}, {Environment.ProcessorCount} processors, {memory} GiB, Linux {kernel}; {kvm}";
    }

    /// <summary>The load averages of the last 1, 5 and 15 minutes.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
