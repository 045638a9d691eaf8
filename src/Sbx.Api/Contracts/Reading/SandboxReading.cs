using System.Text.Json;

namespace Sbx.Api.Contracts.Reading;

/// <summary>Reads sandboxes as <see cref="ApiJson"/> writes them.</summary>
internal static class SandboxReading
{
    /// <summary>The answer to a list.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static SandboxList List(ReadOnlySpan<byte> json) => JsonWalk.Document(json, static (ref reader) =>
    {
        JsonWalk.Begin(ref reader);
        List<SandboxInfo>? sandboxes = null;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            if (field == "sandboxes")
                sandboxes = JsonWalk.Items(ref reader, Info);
            else
                JsonWalk.Skip(ref reader);
        }

        return new SandboxList(JsonWalk.Required(sandboxes, "sandboxes"));
    });

    /// <summary>A document that is one sandbox.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static SandboxInfo Single(ReadOnlySpan<byte> json) => JsonWalk.Document(json, Info);

    /// <summary>A sandbox inside a document.</summary>
    public static SandboxInfo Info(ref Utf8JsonReader reader)
    {
        JsonWalk.Begin(ref reader);
        string? name = null, id = null, agent = null, status = null, template = null, digest = null, createdWith = null, startMode = null, createdAt = null, preset = null;
        string? lastUsedAt = null, stoppedAt = null, startedAt = null;
        List<Workspace>? workspaces = null;
        List<string>? environment = null, services = null;
        Limits? limits = null;
        var sessions = 0;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "name": name = reader.GetString(); break;
                case "id": id = reader.GetString(); break;
                case "agent": agent = reader.GetString(); break;
                case "status": status = reader.GetString(); break;
                case "template": template = reader.GetString(); break;
                case "template_digest": digest = reader.GetString(); break;
                case "workspaces": workspaces = JsonWalk.Items(ref reader, WorkspaceOf); break;
                case "limits": limits = LimitsOf(ref reader); break;
                case "created_at": createdAt = reader.GetString(); break;
                case "last_used_at": lastUsedAt = reader.GetString(); break;
                case "stopped_at": stoppedAt = reader.GetString(); break;
                case "started_at": startedAt = reader.GetString(); break;
                case "start_mode": startMode = reader.GetString(); break;
                case "sessions": sessions = reader.GetInt32(); break;
                case "created_with": createdWith = reader.GetString(); break;
                case "environment_names": environment = JsonWalk.Items(ref reader, JsonWalk.Text); break;
                case "granted_services": services = JsonWalk.Items(ref reader, JsonWalk.Text); break;
                case "policy_preset": preset = reader.GetString(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new SandboxInfo
        {
            Name = JsonWalk.Required(name, "name"),
            Id = JsonWalk.Required(id, "id"),
            Agent = JsonWalk.Required(agent, "agent"),
            Status = StatusOf(status),
            Template = JsonWalk.Required(template, "template"),
            TemplateDigest = JsonWalk.Required(digest, "template_digest"),
            Workspaces = JsonWalk.Required(workspaces, "workspaces"),
            Limits = JsonWalk.Required(limits, "limits"),
            CreatedAt = InstantOf(JsonWalk.Required(createdAt, "created_at")),
            LastUsedAt = lastUsedAt is null ? null : InstantOf(lastUsedAt),
            StoppedAt = stoppedAt is null ? null : InstantOf(stoppedAt),
            StartedAt = startedAt is null ? null : InstantOf(startedAt),
            StartMode = startMode,
            Sessions = sessions,
            CreatedWith = JsonWalk.Required(createdWith, "created_with"),
            EnvironmentNames = environment ?? [],
            GrantedServices = services ?? [],
            PolicyPreset = preset,
        };
    }

    private static SandboxStatus StatusOf(string? text) => text switch
    {
        "stopped" => SandboxStatus.Stopped,
        "starting" => SandboxStatus.Starting,
        "running" => SandboxStatus.Running,
        "stopping" => SandboxStatus.Stopping,
        "unresponsive" => SandboxStatus.Unresponsive,
        _ => throw new JsonException($"'{text}' is no status"),
    };

    private static DateTimeOffset InstantOf(string text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind, out var instant)
            ? instant
            : throw new JsonException($"'{text}' is no instant");

    private static Workspace WorkspaceOf(ref Utf8JsonReader reader)
    {
        JsonWalk.Begin(ref reader);
        string? path = null;
        var readOnly = false;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "path": path = reader.GetString(); break;
                case "read_only": readOnly = reader.GetBoolean(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new Workspace(JsonWalk.Required(path, "path"), readOnly);
    }

    private static Limits LimitsOf(ref Utf8JsonReader reader)
    {
        JsonWalk.Begin(ref reader);
        var (cpus, memory, disk) = (0, 0L, 0L);
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "cpus": cpus = reader.GetInt32(); break;
                case "memory_bytes": memory = reader.GetInt64(); break;
                case "disk_bytes": disk = reader.GetInt64(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new Limits(cpus, memory, disk);
    }
}
