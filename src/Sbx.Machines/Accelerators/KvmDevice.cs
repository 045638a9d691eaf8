using Sbx.Machines.Native;

namespace Sbx.Machines.Accelerators;

/// <summary>The device through which Linux offers virtualization.</summary>
internal static class KvmDevice
{
    private const string Device = "/dev/kvm";

    /// <summary>Whether it is there and may be opened: "absent", "denied" or "open".</summary>
    public static string Access()
    {
        if (!File.Exists(Device))
            return "absent";
        try
        {
            using var handle = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return "open";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "denied";
        }
    }

    /// <summary>Group that may open it, or null.</summary>
    public static uint? Group()
    {
        try
        {
            return FileStatus.Of(Device).Group;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
