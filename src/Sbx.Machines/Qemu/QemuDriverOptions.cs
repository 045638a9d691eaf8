namespace Sbx.Machines.Qemu;

/// <summary>Settings of a <see cref="QemuDriver"/>.</summary>
public sealed record QemuDriverOptions
{
    /// <summary>Directory of warm images; may be deleted while nothing runs.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Directory of the files that record running processes; mode 0700, one daemon at a time.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Directory that remembers which accelerator works.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Absolute path of qemu-system-x86_64; null looks it up in PATH.</summary>
    public string? QemuBinary { get; init; }

    /// <summary>
    /// Whether a machine is kept ready ahead of the next start, at the price of its memory (some 60 MB) for a quarter of an hour
    /// after the last start.
    /// </summary>
    public bool KeepSpare { get; init; }

    /// <summary>Gets a line for the log; called from any thread.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>Clock of deadlines and ages.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Longest time to the first answer of a guest that boots. Default 5 minutes: an emulated boot on a very busy host.</summary>
    public TimeSpan BootDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time to the first answer of a restored guest. Default 30 seconds.</summary>
    public TimeSpan RestoreDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time in which a hardware accelerator must boot the guest to be used. Default 20 seconds.</summary>
    public TimeSpan ProbeDeadline { get; init; } = TimeSpan.FromSeconds(20);
}
