using System.Security.Cryptography;
using System.Text;

namespace Sbx.Api;

/// <summary>
/// Where everything is kept. Follows the XDG base directory specification; <c>SBX_HOME</c> puts all of it below one
/// directory (tests, several instances), <c>SBX_CACHE_DIR</c> moves the cache alone. Immutable.
/// </summary>
public sealed record SbxPaths
{
    /// <summary>Sandboxes: records and disks.</summary>
    public required string Data { get; init; }

    /// <summary>Unpacked guest and templates, warm images. Can be deleted at any time while nothing runs.</summary>
    public required string Cache { get; init; }

    /// <summary>Logs and remembered verdicts.</summary>
    public required string State { get; init; }

    /// <summary>Settings, policy and agent files that a user edits.</summary>
    public required string Config { get; init; }

    /// <summary>Sockets; a short path, mode 0700.</summary>
    public required string Run { get; init; }

    /// <summary>The daemon's socket.</summary>
    public string Socket => Path.Combine(Run, "sbx.sock");

    /// <summary>The daemon's log.</summary>
    public string DaemonLog => Path.Combine(State, "daemon.log");

    /// <summary>Paths of the current user, from the environment.</summary>
    public static SbxPaths FromEnvironment() => From(Environment.GetEnvironmentVariable, Environment.UserName);

    /// <summary>Paths from given variables.</summary>
    /// <param name="variable">Looks a variable up; null when it is not set.</param>
    /// <param name="user">Name of the user, for a runtime directory where the system offers none.</param>
    public static SbxPaths From(Func<string, string?> variable, string user)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("SBX_HOME") is { Length: > 0 } root)
        {
            root = Path.GetFullPath(root);
            return new SbxPaths
            {
                Data = Path.Combine(root, "data"),
                Cache = variable("SBX_CACHE_DIR") is { Length: > 0 } moved ? Path.GetFullPath(moved) : Path.Combine(root, "cache"),
                State = Path.Combine(root, "state"),
                Config = Path.Combine(root, "config"),
                Run = ShortRun(Path.Combine(root, "run"), user, variable),
            };
        }

        var home = variable("HOME") is { Length: > 0 } h ? h : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Xdg(string name, string fallback) => Path.Combine(variable(name) is { Length: > 0 } v ? v : Path.Combine(home, fallback), "sbx");
        return new SbxPaths
        {
            Data = Xdg("XDG_DATA_HOME", ".local/share"),
            Cache = variable("SBX_CACHE_DIR") is { Length: > 0 } cache ? Path.GetFullPath(cache) : Xdg("XDG_CACHE_HOME", ".cache"),
            State = Xdg("XDG_STATE_HOME", ".local/state"),
            Config = Xdg("XDG_CONFIG_HOME", ".config"),
            Run = variable("XDG_RUNTIME_DIR") is { Length: > 0 } run ? ShortRun(Path.Combine(run, "sbx"), user, variable) : ShortRun(Path.Combine(home, ".sbx", "run"), user, variable),
        };
    }

    // A unix socket's path has at most 107 bytes; machine sockets need up to 40 below this directory.
    private static string ShortRun(string wanted, string user, Func<string, string?> variable)
    {
        if (Encoding.UTF8.GetByteCount(wanted) <= 60)
            return wanted;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..12];
        var temporary = variable("TMPDIR") is { Length: > 0 and <= 30 } t ? t : "/tmp";
        return Path.Combine(temporary, $"sbx-{user}-{hash}");
    }
}
