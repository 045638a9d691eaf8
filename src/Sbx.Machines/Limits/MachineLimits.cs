using System.Globalization;
using Sbx.Api.Errors;

namespace Sbx.Machines.Limits;

/// <summary>Reads and checks the size of a machine as a user gives it.</summary>
public static class MachineLimits
{
    /// <summary>Most virtual processors.</summary>
    public const int MaxCpus = 64;

    /// <summary>Least memory and least disk, in bytes: 256 MiB.</summary>
    public const long Least = 256L << 20;

    /// <summary>Most memory, in bytes: 1 TiB.</summary>
    public const long MostMemory = 1L << 40;

    /// <summary>Largest disk, in bytes: 16 TiB, the limit of ext4 with 4 KiB blocks and 32-bit block numbers.</summary>
    public const long MostDisk = 1L << 44;

    /// <summary>Memory when none is given, in bytes: 2 GiB. Only what the guest touches is taken from the host.</summary>
    public const long DefaultMemory = 2L << 30;

    /// <summary>Disk when none is given, in bytes: 20 GiB. Takes host space only as it fills.</summary>
    public const long DefaultDisk = 20L << 30;

    private const long Granularity = 1L << 20;

    /// <summary>
    /// Processors when none are given: those of the host up to 4, but 1 where instructions are emulated: there a second one
    /// costs start time and memory, and locks between emulated processors eat what it brings.
    /// </summary>
    /// <param name="emulated">Whether the accelerator is TCG.</param>
    /// <param name="hostCpus">Processors of the host.</param>
    public static int DefaultCpus(bool emulated, int hostCpus) => emulated ? 1 : Math.Clamp(hostCpus, 1, 4);

    /// <summary>Reads the value of <c>--memory</c>.</summary>
    /// <returns>Bytes, a multiple of 1 MiB (rounded up).</returns>
    /// <exception cref="SbxException">Usage: not a size, or out of range.</exception>
    public static long ParseMemory(string text) => Parse("memory", text, "2g");

    /// <summary>Reads the value of <c>--disk</c>.</summary>
    /// <returns>Bytes, a multiple of 1 MiB (rounded up).</returns>
    /// <exception cref="SbxException">Usage: not a size, or out of range.</exception>
    public static long ParseDisk(string text) => Parse("disk", text, "20g");

    /// <summary>Reads the value of <c>--cpus</c>.</summary>
    /// <exception cref="SbxException">Usage: not a whole number in range.</exception>
    public static int ParseCpus(string text, int hostCpus)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cpus))
            throw new SbxException(ErrorCode.Usage, $"'{text}' is not a number of processors", $"write a whole number from 1 to {MostCpus(hostCpus)}, for example --cpus 2");
        return CheckCpus(cpus, hostCpus);
    }

    /// <summary>Completes and checks the numbers of a request.</summary>
    /// <param name="cpus">Processors, or null for the default.</param>
    /// <param name="memoryBytes">Memory, or null for the default.</param>
    /// <param name="diskBytes">Disk, or null for the default.</param>
    /// <param name="emulated">Whether the accelerator is TCG.</param>
    /// <param name="hostCpus">Processors of the host.</param>
    /// <exception cref="SbxException">Usage: a number is out of range.</exception>
    public static MachineShape Resolve(int? cpus, long? memoryBytes, long? diskBytes, bool emulated, int hostCpus) => new(
        cpus is { } given ? CheckCpus(given, hostCpus) : DefaultCpus(emulated, hostCpus),
        CheckBytes("memory", memoryBytes ?? DefaultMemory, "2g"),
        CheckBytes("disk", diskBytes ?? DefaultDisk, "20g"));

    private static int MostCpus(int hostCpus) => Math.Clamp(hostCpus, 1, MaxCpus);

    private static int CheckCpus(int cpus, int hostCpus)
    {
        var most = MostCpus(hostCpus);
        if (cpus >= 1 && cpus <= most)
            return cpus;
        throw new SbxException(ErrorCode.Usage, $"{cpus} processors cannot be given: this host has {hostCpus}", $"write a whole number from 1 to {most}, for example --cpus {most}");
    }

    private static long Parse(string what, string text, string example)
    {
        if (ByteSize.TryParse(text, out var bytes))
            return CheckBytes(what, bytes, example);
        var hint = $"write a number and a unit (k, m, g), for example --{what} {example}";
        if (text.Length is > 0 and < 6 && text.All(char.IsAsciiDigit))
            hint = $"a unit is missing: write --{what} {text}g for {text} GiB or --{what} {text}m for {text} MiB";
        throw new SbxException(ErrorCode.Usage, $"'{text}' is not a size for --{what}", hint);
    }

    private static long CheckBytes(string what, long bytes, string example)
    {
        var most = what == "memory" ? MostMemory : MostDisk;
        if (bytes < Least)
            throw new SbxException(ErrorCode.Usage, $"--{what} {ByteSize.Format(bytes)} is too little: a sandbox needs at least {ByteSize.Format(Least)}", $"write for example --{what} {example}");
        if (bytes > most)
            throw new SbxException(ErrorCode.Usage, $"--{what} {ByteSize.Format(bytes)} is too much: at most {ByteSize.Format(most)}", $"write for example --{what} {example}");
        return (bytes + Granularity - 1) / Granularity * Granularity;
    }
}
