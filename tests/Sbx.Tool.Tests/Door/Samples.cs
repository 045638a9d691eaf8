using Sbx.Api.Contracts;

namespace Sbx.Tool.Tests.Door;

/// <summary>Messages of the engine as it sends them.</summary>
internal static class Samples
{
    public static PolicyRuleInfo Rule(string id, string decision, params string[] resources) => new()
    {
        Id = id,
        Decision = decision,
        Resources = resources,
        Protocols = ["tcp"],
        AppliesTo = "all",
        Source = "local",
        CreatedVia = "added",
        Status = "active",
        Editable = true,
    };

    public static PolicyRuleInfo Preset(string id, params string[] resources) =>
        Rule(id, "allow", resources) with { Source = "preset", CreatedVia = "default", Editable = false };

    public static PolicyListing Listing(params PolicyRuleInfo[] rules) =>
        new() { Preset = "balanced", PresetVersion = "3", Initialized = true, Rules = rules };

    public static WorkspacePolicyInfo Workspace(params PolicyRuleInfo[] rules) =>
        new("/home/ada/my app", "/home/ada/my app/.sbx/policy.yaml", "ab12", Approved: false, rules, Problem: null);

    public static EgressRequest Request() => new()
    {
        Id = 7,
        Time = new DateTimeOffset(2026, 11, 24, 9, 5, 3, 250, TimeSpan.Zero),
        Sandbox = "shell-app",
        SandboxId = "1f",
        Proxy = "forward",
        Host = "api.openai.com",
        Port = 443,
        Method = "POST",
        Path = "/v1/responses",
        Status = 200,
        BytesSent = 1536,
        BytesReceived = 20480,
        DurationMilliseconds = 812.4,
        Credential = "openai",
        Rule = "default-ai",
        Allowed = true,
    };
}
