using System.Text.Json.Serialization;

namespace Sbx.Api.Contracts;

/// <summary>State of a sandbox.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxStatus>))]
public enum SandboxStatus
{
    /// <summary>Its machine is off; the disk is kept.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Its machine is being started.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Its machine answers.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its machine is being stopped.</summary>
    [JsonStringEnumMemberName("stopping")]
    Stopping,

    /// <summary>Its machine runs but does not answer.</summary>
    [JsonStringEnumMemberName("unresponsive")]
    Unresponsive,
}

/// <summary>A directory or file of the host inside the sandbox, at the same absolute path.</summary>
/// <param name="Path">Absolute path, without links.</param>
/// <param name="ReadOnly">Whether the host refuses writes.</param>
public sealed record Workspace(string Path, bool ReadOnly = false);

/// <summary>Size of a sandbox's machine.</summary>
/// <param name="Cpus">Virtual processors, 1 to 64.</param>
/// <param name="MemoryBytes">Memory, at least 256 MiB.</param>
/// <param name="DiskBytes">Largest size of the writable disk, at least 256 MiB; takes host space only as it fills.</param>
public sealed record Limits(int Cpus, long MemoryBytes, long DiskBytes);

/// <summary>What is asked for when a sandbox is created.</summary>
public sealed record CreateSandboxRequest
{
    /// <summary>Name; null makes one of agent and workspace. 2 to 63 letters, digits, hyphens and periods.</summary>
    public string? Name { get; init; }

    /// <summary>Agent, for example <c>shell</c>.</summary>
    public required string Agent { get; init; }

    /// <summary>Template; null takes the agent's own.</summary>
    public string? Template { get; init; }

    /// <summary>Workspaces; the first is the primary one. May be empty.</summary>
    public IReadOnlyList<Workspace> Workspaces { get; init; } = [];

    /// <summary>Virtual processors; null takes the default.</summary>
    public int? Cpus { get; init; }

    /// <summary>Memory in bytes; null takes the default.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Disk in bytes; null takes the default.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Variables kept with the sandbox and set for every exec.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Preset for this sandbox instead of the user's: "allow-all", "balanced" or "deny-all"; null takes the user's.</summary>
    public string? PolicyPreset { get; init; }

    /// <summary>Text of a policy file whose rules become the sandbox's own; null for none.</summary>
    public PolicyImportRequest? Policy { get; init; }

    /// <summary>Hosts that are allowed for this sandbox, as patterns.</summary>
    public IReadOnlyList<string> AllowNetwork { get; init; } = [];

    /// <summary>Hosts that are denied for this sandbox, as patterns.</summary>
    public IReadOnlyList<string> DenyNetwork { get; init; } = [];
}

/// <summary>A sandbox as seen from outside.</summary>
public sealed record SandboxInfo
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Identity that no other sandbox ever had.</summary>
    public required string Id { get; init; }

    /// <summary>Agent.</summary>
    public required string Agent { get; init; }

    /// <summary>State.</summary>
    public required SandboxStatus Status { get; init; }

    /// <summary>Template's name.</summary>
    public required string Template { get; init; }

    /// <summary>Digest of the template's root image.</summary>
    public required string TemplateDigest { get; init; }

    /// <summary>Workspaces, the primary one first.</summary>
    public required IReadOnlyList<Workspace> Workspaces { get; init; }

    /// <summary>Size of the machine.</summary>
    public required Limits Limits { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last started or used; null when never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When its machine last stopped; null when it runs or never ran.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Since when its machine runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How its machine was started: "warm" or "cold".</summary>
    public string? StartMode { get; init; }

    /// <summary>Execs that are attached now.</summary>
    public int Sessions { get; init; }

    /// <summary>Version of sbx that created it.</summary>
    public required string CreatedWith { get; init; }

    /// <summary>Names of the variables kept with it.</summary>
    public IReadOnlyList<string> EnvironmentNames { get; init; } = [];

    /// <summary>Services whose stored credentials it was granted when it was created.</summary>
    public IReadOnlyList<string> GrantedServices { get; init; } = [];

    /// <summary>Preset in force for it.</summary>
    public string? PolicyPreset { get; init; }
}

/// <summary>Answer to a list.</summary>
/// <param name="Sandboxes">All sandboxes of the user, by name.</param>
public sealed record SandboxList(IReadOnlyList<SandboxInfo> Sandboxes);

/// <summary>What one sandbox takes on the host.</summary>
/// <param name="Name">Sandbox.</param>
/// <param name="DiskBytes">Bytes its disk takes on the host.</param>
/// <param name="DiskLimit">Bytes it may take at most.</param>
/// <param name="MemoryBytes">Anonymous memory of its machine, or null when it does not run.</param>
public sealed record SandboxUsage(string Name, long DiskBytes, long DiskLimit, long? MemoryBytes);

/// <summary>What everything takes on the host.</summary>
/// <param name="Sandboxes">Per sandbox.</param>
/// <param name="WarmImageBytes">Warm images.</param>
/// <param name="ImageBytes">Unpacked guest and templates.</param>
public sealed record DiskUsage(IReadOnlyList<SandboxUsage> Sandboxes, long WarmImageBytes, long ImageBytes);

/// <summary>Which stopped sandboxes a prune removes.</summary>
/// <param name="StoppedBefore">Only those that stopped before this instant; null takes all stopped ones.</param>
/// <param name="DryRun">Only says what would go.</param>
public sealed record PruneRequest(DateTimeOffset? StoppedBefore, bool DryRun);

/// <summary>What a prune removed or would remove.</summary>
/// <param name="Removed">Names.</param>
/// <param name="FreedBytes">Bytes freed.</param>
public sealed record PruneResult(IReadOnlyList<string> Removed, long FreedBytes);

/// <summary>An agent that can be run.</summary>
/// <param name="Name">Name.</param>
/// <param name="Template">Template it needs.</param>
/// <param name="Command">Its own command with its safe defaults.</param>
/// <param name="BuiltIn">Whether it comes with sbx or from the user's agents file.</param>
public sealed record AgentInfo(string Name, string Template, IReadOnlyList<string> Command, bool BuiltIn);
