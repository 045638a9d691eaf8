using System.Globalization;
using System.Text.Json.Serialization;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output;

/// <summary>What <c>ls --json</c> prints.</summary>
internal sealed record SandboxListDocument(IReadOnlyList<SandboxDocument> Sandboxes);

/// <summary>One sandbox in <c>ls --json</c>. Workspaces are paths, with <c>:ro</c> behind read-only ones.</summary>
internal sealed record SandboxDocument(
    string Name, string Id, string Agent, SandboxStatus Status, IReadOnlyList<string> Workspaces, string Template,
    DateTimeOffset CreatedAt, DateTimeOffset? LastUsed, Limits Limits)
{
    /// <summary>The document of a sandbox.</summary>
    public static SandboxDocument Of(SandboxInfo s) => new(
        s.Name, s.Id, s.Agent, s.Status, [.. s.Workspaces.Select(WorkspaceText.Of)], s.Template, s.CreatedAt, s.LastUsedAt, s.Limits);
}

/// <summary>What <c>inspect --json</c> prints; <c>state</c> is <c>status</c> under the name that other tools read.</summary>
internal sealed record InspectDocument(
    string Name, string Id, string Agent, SandboxStatus Status, SandboxStatus State, string? Uptime, string? Workspace, IReadOnlyList<MountDocument> Mounts,
    string Image, string ImageDigest, Limits Limits, int Sessions, IReadOnlyList<string> Environment, string? StartMode,
    DateTimeOffset CreatedAt, string CreatedWith, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, DateTimeOffset? LastUsed)
{
    /// <summary>The document of a sandbox.</summary>
    /// <param name="s">The sandbox.</param>
    /// <param name="now">For the uptime.</param>
    public static InspectDocument Of(SandboxInfo s, DateTimeOffset now) => new(
        s.Name, s.Id, s.Agent, s.Status, s.Status,
        s.StartedAt is { } started && s.Status != SandboxStatus.Stopped ? HumanText.Duration(now - started) : null,
        s.Workspaces.Count > 0 ? s.Workspaces[0].Path : null, [.. s.Workspaces.Select(w => new MountDocument(w.Path, w.Path, w.ReadOnly))],
        s.Template, s.TemplateDigest, s.Limits, s.Sessions, s.EnvironmentNames, s.StartMode,
        s.CreatedAt, s.CreatedWith, s.StartedAt, s.StoppedAt, s.LastUsedAt);
}

/// <summary>A mount: what of the host is where in the sandbox.</summary>
internal sealed record MountDocument(string Source, string Target, bool ReadOnly);

/// <summary>Workspaces as text.</summary>
internal static class WorkspaceText
{
    /// <summary>The path, with <c>:ro</c> behind a read-only one.</summary>
    public static string Of(Workspace workspace) => workspace.ReadOnly ? workspace.Path + ":ro" : workspace.Path;
}

/// <summary>Figures as people read them.</summary>
internal static class HumanText
{
    /// <summary>Bytes in binary units with at most one decimal: <c>1.5 GiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        double value = bytes;
        var unit = 0;
        for (; Math.Abs(value) >= 1024 && unit < units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    /// <summary>The two largest units of a duration: <c>2h 5m</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 1 } => $"{duration.Seconds}s",
        { TotalHours: < 1 } => $"{duration.Minutes}m {duration.Seconds}s",
        { TotalDays: < 1 } => $"{duration.Hours}h {duration.Minutes}m",
        _ => $"{(int)duration.TotalDays}d {duration.Hours}h",
    };
}

/// <summary>What <c>df --json</c> prints; sizes in bytes.</summary>
internal sealed record UsageDocument(
    IReadOnlyList<SandboxUsage> Sandboxes, long WarmImageBytes, long ImageBytes, long TotalBytes);

/// <summary>What <c>version --json</c> prints.</summary>
internal sealed record VersionDocument(ClientVersion Client, ServerVersion Server);

/// <summary>The command's version.</summary>
internal sealed record ClientVersion(string Version, string Build, int ApiVersion, string Os, string Arch, string Runtime);

/// <summary>The daemon's version; <c>state</c> is "running" or "unavailable".</summary>
internal sealed record ServerVersion(string State, string? Version = null, string? Build = null, int? ApiVersion = null, int? Pid = null);

/// <summary>What <c>daemon status --json</c> prints; <c>status</c> is "running" or "stopped".</summary>
internal sealed record DaemonDocument(
    string Status, string Socket, string Log, int? Pid = null, string? Version = null, string? Build = null,
    [property: JsonPropertyName("started_at")] DateTimeOffset? StartedAt = null, int? RunningSandboxes = null, int? Sessions = null);

/// <summary>What <c>setup --json</c> prints.</summary>
internal sealed record SetupDocument(bool Ready, IReadOnlyList<string> Missing, IReadOnlyList<string> Commands);
