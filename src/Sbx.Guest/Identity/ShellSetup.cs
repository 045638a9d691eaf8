using Sbx.Guest.Exec;

namespace Sbx.Guest.Identity;

/// <summary>
/// Has every bash source <see cref="ExecEnvironment.PersistentScript"/>: interactive ones by /etc/bash.bashrc, login ones by
/// /etc/profile.d, all others by BASH_ENV.
/// </summary>
internal static class ShellSetup
{
    private const int Readable = 0x1A4; // 0644
    private const string Line = $"[ -r {ExecEnvironment.PersistentScript} ] && . {ExecEnvironment.PersistentScript}\n";

    public static void Apply()
    {
        if (!File.Exists(ExecEnvironment.PersistentScript))
            AccountFile.Replace(ExecEnvironment.PersistentScript, "# Sourced by every bash of this sandbox.\n", 0x1B6); // 0666
        Directory.CreateDirectory("/etc/profile.d");
        AccountFile.Replace("/etc/profile.d/sandbox-persistent.sh", Line, Readable);
        var interactive = AccountFile.Read("/etc/bash.bashrc");
        // First of all: Debian's file returns early in shells that are not interactive.
        if (!interactive.Contains(ExecEnvironment.PersistentScript, StringComparison.Ordinal))
            AccountFile.Replace("/etc/bash.bashrc", Line + interactive, Readable);
    }
}
