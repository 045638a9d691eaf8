using System.Text.Json;
using Sbx.Api.Contracts;
using Sbx.Tool.Output;

namespace Sbx.Tool.Tests.Output;

public sealed class DocumentTests
{
    private static readonly DateTimeOffset Created = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly SandboxInfo Sandbox = new()
    {
        Name = "shell-app",
        Id = "0123",
        Agent = "shell",
        Status = SandboxStatus.Running,
        Template = "shell",
        TemplateDigest = "sha256:abcd",
        Workspaces = [new Workspace("/home/ada/app"), new Workspace("/home/ada/lib", ReadOnly: true)],
        Limits = new Limits(2, 1L << 30, 20L << 30),
        CreatedAt = Created,
        LastUsedAt = Created.AddHours(1),
        StartedAt = Created.AddHours(1),
        StartMode = "warm",
        CreatedWith = "0.1.0",
        EnvironmentNames = ["COLOR"],
    };

    [Fact]
    public void A_list_has_the_field_names_that_scripts_read() => Same(
        """
        { "sandboxes": [ { "name": "shell-app", "id": "0123", "agent": "shell", "status": "running",
          "workspaces": [ "/home/ada/app", "/home/ada/lib:ro" ], "template": "shell", "created_at": "2026-11-24T12:00:00+00:00",
          "last_used": "2026-11-24T13:00:00+00:00", "limits": { "cpus": 2, "memory_bytes": 1073741824, "disk_bytes": 21474836480 } } ] }
        """,
        JsonSerializer.Serialize(new SandboxListDocument([SandboxDocument.Of(Sandbox)]), ToolJson.Default.SandboxListDocument));

    [Fact]
    public void An_inspection_has_the_field_names_that_scripts_read() => Same(
        """
        { "name": "shell-app", "id": "0123", "agent": "shell", "status": "running", "state": "running", "uptime": "2h 5m",
          "workspace": "/home/ada/app",
          "mounts": [ { "source": "/home/ada/app", "target": "/home/ada/app", "read_only": false }, { "source": "/home/ada/lib", "target": "/home/ada/lib", "read_only": true } ],
          "image": "shell", "image_digest": "sha256:abcd", "limits": { "cpus": 2, "memory_bytes": 1073741824, "disk_bytes": 21474836480 },
          "sessions": 0, "environment": [ "COLOR" ], "start_mode": "warm", "created_at": "2026-11-24T12:00:00+00:00", "created_with": "0.1.0",
          "started_at": "2026-11-24T13:00:00+00:00", "last_used": "2026-11-24T13:00:00+00:00" }
        """,
        JsonSerializer.Serialize(InspectDocument.Of(Sandbox, Created.AddHours(3).AddMinutes(5)), ToolJson.Default.InspectDocument));

    [Fact]
    public void A_diagnosis_has_the_field_names_that_scripts_read() => Same(
        """
        { "version": "0.1.0", "checks": [ { "group": "Host", "name": "kvm", "status": "warn", "message": "m", "detail": "d", "hint": "h" } ],
          "summary": { "pass": 0, "warn": 1, "fail": 0, "skip": 0 } }
        """,
        JsonSerializer.Serialize(
            new DiagnosticReport("0.1.0", [new DiagnosticCheck("Host", "kvm", "warn", "m", "d", "h")], new DiagnosticSummary(0, 1, 0, 0)), ToolJson.Default.DiagnosticReport));

    [Fact]
    public void Usage_and_prune_have_the_field_names_that_scripts_read()
    {
        Same(
            """{ "sandboxes": [ { "name": "a", "disk_bytes": 1, "disk_limit": 2 } ], "warm_image_bytes": 3, "image_bytes": 4, "total_bytes": 8 }""",
            JsonSerializer.Serialize(new UsageDocument([new SandboxUsage("a", 1, 2, null)], 3, 4, 8), ToolJson.Default.UsageDocument));
        Same("""{ "removed": [ "a" ], "freed_bytes": 5 }""", JsonSerializer.Serialize(new PruneResult(["a"], 5), ToolJson.Default.PruneResult));
    }

    private static void Same(string expected, string actual) =>
        Assert.Equal(JsonSerializer.Serialize(JsonDocument.Parse(expected)), JsonSerializer.Serialize(JsonDocument.Parse(actual)));
}
