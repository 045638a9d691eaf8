namespace Sbx.Machines.Qemu;

/// <summary>The host's processor, as far as a guest with hardware virtualization sees it.</summary>
internal static class HostProcessor
{
    private static readonly string[] Fields = ["model name", "microcode", "flags"];

    /// <summary>Model, microcode and features; empty where the system does not tell.</summary>
    public static string Model()
    {
        try
        {
            var first = File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0);
            return string.Join('\n', first.Where(line => Fields.Any(field => line.StartsWith(field, StringComparison.Ordinal))));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
