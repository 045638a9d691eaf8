namespace Sbx.Guest.Boot;

/// <summary>Finds the machine's disks by their serial number; letters depend on the order of probing.</summary>
internal static class BlockDevices
{
    public const string RootSerial = "sbxroot";
    public const string DiskSerial = "sbxdisk";

    /// <summary>Path of the device with this serial.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static string Find(string serial)
    {
        foreach (var directory in Directory.EnumerateDirectories("/sys/block"))
        {
            var file = Path.Combine(directory, "serial");
            if (File.Exists(file) && File.ReadAllText(file).Trim() == serial)
                return "/dev/" + Path.GetFileName(directory);
        }

        throw new IOException($"the machine has no disk with serial '{serial}'");
    }
}
