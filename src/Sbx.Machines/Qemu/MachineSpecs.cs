using Sbx.Api.Errors;

namespace Sbx.Machines.Qemu;

/// <summary>Checks what is to be started, before anything is.</summary>
internal static class MachineSpecs
{
    private const long MiB = 1L << 20;

    /// <summary>Throws when a part cannot be right.</summary>
    /// <exception cref="ArgumentException">The caller's mistake: id, or a size that is no multiple of 1 MiB.</exception>
    /// <exception cref="SbxException">Machine: the disk is missing or of another size. Image: a file of the image is missing.</exception>
    public static void Check(MachineSpec spec)
    {
        if (spec.Id.Length is 0 or > 16 || !spec.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            throw new ArgumentException("a machine's id has 1 to 16 characters of a-z and 0-9", nameof(spec));
        if (spec.Shape.Cpus < 1 || spec.Shape.MemoryBytes < MiB || spec.Shape.MemoryBytes % MiB != 0 || spec.Shape.DiskBytes % MiB != 0)
            throw new ArgumentException("a machine's memory and disk are multiples of 1 MiB", nameof(spec));
        foreach (var path in (string[])[spec.Image.KernelPath, spec.Image.InitramfsPath, spec.Image.RootImagePath])
        {
            if (!File.Exists(path))
                throw new SbxException(ErrorCode.Image, $"{path} is missing", "the cache was cleaned while it was in use: start again");
        }

        var disk = new FileInfo(spec.DiskPath);
        if (!disk.Exists)
            throw new SbxException(ErrorCode.Machine, $"the disk {spec.DiskPath} is missing", "remove the sandbox with: sbx rm");
        if (disk.Length != spec.Shape.DiskBytes)
            throw new SbxException(ErrorCode.Machine, $"the disk {spec.DiskPath} has {disk.Length} bytes where its sandbox has {spec.Shape.DiskBytes}", "remove the sandbox with: sbx rm");
    }
}
