namespace Sbx.Protocol.Messages;

/// <summary>Makes a machine restored from the shared warm image into this one sandbox.</summary>
public sealed record PersonalizeRequest
{
    /// <summary>Host name and value of <c>SANDBOX_NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Value of <c>SANDBOX_ID</c>.</summary>
    public required string Id { get; init; }

    /// <summary>32 lower-case hexadecimal digits for <c>/etc/machine-id</c>; fixed for the life of the sandbox.</summary>
    public required string MachineId { get; init; }

    /// <summary>Wall clock, nanoseconds since 1970 UTC.</summary>
    public required long UnixNanoseconds { get; init; }

    /// <summary>IANA name of the host's time zone, or null.</summary>
    public string? TimeZone { get; init; }

    /// <summary>At least 64 fresh random bytes from the host's kernel, mixed into the guest's pool and credited.</summary>
    public required byte[] Entropy { get; init; }

    /// <summary>The ordinary user.</summary>
    public required GuestUser User { get; init; }

    /// <summary>Directories served on the files port, in the order of their index there.</summary>
    public IReadOnlyList<WorkspaceMount> Workspaces { get; init; } = [];

    /// <summary>Environment that every exec gets (below its own).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether connections may ask the host for a way out: then TCP is captured, names resolve to synthetic addresses, and a
    /// proxy listens on 127.0.0.1:3128. Otherwise every outgoing connection fails with "network is unreachable".
    /// </summary>
    public bool Egress { get; init; }

    /// <summary>PEM of the sandbox's CA to be trusted, or null when there is no egress.</summary>
    public string? TrustedCa { get; init; }
}

/// <summary>The ordinary user of the sandbox.</summary>
/// <param name="Name">Login name, "agent".</param>
/// <param name="Uid">Its user id; the workspace's owner, or 1000 where that is root.</param>
/// <param name="Gid">Its group id.</param>
/// <param name="Home">Home directory.</param>
public sealed record GuestUser(string Name, int Uid, int Gid, string Home);

/// <summary>One workspace. The file server shows it as the entry named <paramref name="Index"/> in its root.</summary>
/// <param name="Index">Name of the entry in the file server's root: "0", "1" …</param>
/// <param name="Path">Absolute path at which it appears in the guest, the same as on the host.</param>
/// <param name="ReadOnly">Whether it is also mounted read-only (the host refuses writes in any case).</param>
/// <param name="IsFile">Whether it is one file rather than a directory.</param>
public sealed record WorkspaceMount(string Index, string Path, bool ReadOnly, bool IsFile);
