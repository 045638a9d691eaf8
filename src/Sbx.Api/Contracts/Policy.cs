namespace Sbx.Api.Contracts;

/// <summary>One rule of the network policy.</summary>
public sealed record PolicyRuleInfo
{
    /// <summary>Identity; unique in its scope.</summary>
    public required string Id { get; init; }

    /// <summary>"allow" or "deny".</summary>
    public required string Decision { get; init; }

    /// <summary>Host patterns, addresses and address blocks.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>"tcp", "udp" or both.</summary>
    public required IReadOnlyList<string> Protocols { get; init; }

    /// <summary>Methods it covers; empty for every one.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Path it covers; null for every one.</summary>
    public string? Path { get; init; }

    /// <summary>To what it applies: "all", "sandbox:NAME" or "workspace:PATH".</summary>
    public required string AppliesTo { get; init; }

    /// <summary>Where it comes from: "local", "preset", "kit" or "workspace".</summary>
    public required string Source { get; init; }

    /// <summary>How it came to be: "default", "added", "provisioned" or "approval".</summary>
    public required string CreatedVia { get; init; }

    /// <summary>When; null where it is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The user's remark.</summary>
    public string? Note { get; init; }

    /// <summary>"active" or "inactive".</summary>
    public required string Status { get; init; }

    /// <summary>Why it has no effect; null where it has.</summary>
    public string? InactiveReason { get; init; }

    /// <summary>Whether a command can remove it.</summary>
    public bool Editable { get; init; }
}

/// <summary>The rules that apply to everybody, or to one sandbox.</summary>
public sealed record PolicyListing
{
    /// <summary>The active preset: "allow-all", "balanced" or "deny-all".</summary>
    public required string Preset { get; init; }

    /// <summary>Version of the preset's list; null for those that have none.</summary>
    public string? PresetVersion { get; init; }

    /// <summary>Whether the user chose the preset.</summary>
    public required bool Initialized { get; init; }

    /// <summary>Why everything is denied (a file that cannot be read); null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>All rules: the preset's, global ones, the sandbox's, its workspaces'.</summary>
    public required IReadOnlyList<PolicyRuleInfo> Rules { get; init; }

    /// <summary>Policies of the sandbox's workspaces.</summary>
    public IReadOnlyList<WorkspacePolicyInfo> Workspaces { get; init; } = [];
}

/// <summary>Chooses the preset for everybody.</summary>
/// <param name="Preset">"allow-all", "balanced" or "deny-all".</param>
public sealed record PolicyInitRequest(string Preset);

/// <summary>Rules to add, one for each resource; all of them or none.</summary>
public sealed record PolicyAddRequest
{
    /// <summary>Sandbox they apply to; null for everybody.</summary>
    public string? Sandbox { get; init; }

    /// <summary>"allow" or "deny".</summary>
    public required string Decision { get; init; }

    /// <summary>Host patterns; each may be a comma-separated list.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Such as "tcp,udp"; null takes tcp for allow, both for deny.</summary>
    public string? Protocol { get; init; }

    /// <summary>Such as "GET,HEAD", or "ANY"; null for a rule that does not look into HTTP.</summary>
    public string? Method { get; init; }

    /// <summary>Such as "/v1/**"; needs a method.</summary>
    public string? Path { get; init; }

    /// <summary>A remark.</summary>
    public string? Note { get; init; }
}

/// <summary>Rules to remove: by <see cref="Id"/>, or by <see cref="Resources"/> with method and path.</summary>
public sealed record PolicyRemoveRequest
{
    /// <summary>Sandbox whose rules are meant; null for those of everybody (an id is then looked for in all scopes).</summary>
    public string? Sandbox { get; init; }

    /// <summary>Id of the rule.</summary>
    public string? Id { get; init; }

    /// <summary>Host patterns; each may be a comma-separated list.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Only rules with these methods.</summary>
    public string? Method { get; init; }

    /// <summary>Only rules with this path.</summary>
    public string? Path { get; init; }
}

/// <summary>Rules that were added or removed.</summary>
/// <param name="Rules">The rules.</param>
public sealed record PolicyChange(IReadOnlyList<PolicyRuleInfo> Rules);

/// <summary>All about one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="File">The file it stands in; null for presets.</param>
/// <param name="RemoveCommand">The command that removes it; null where there is none.</param>
/// <param name="ReadOnlyReason">Why it cannot be removed; null where it can.</param>
public sealed record PolicyInspection(PolicyRuleInfo Rule, string? File, string? RemoveCommand, string? ReadOnlyReason);

/// <summary>A question to the policy.</summary>
public sealed record PolicyCheckRequest
{
    /// <summary>Host, host:port, address or URL; a bare host means port 443.</summary>
    public required string Target { get; init; }

    /// <summary>Sandbox that would ask; null for the rules of everybody.</summary>
    public string? Sandbox { get; init; }

    /// <summary>"tcp" (default) or "udp".</summary>
    public string? Protocol { get; init; }

    /// <summary>Method of the request; a URL's path is judged with GET when this is null and rules look into HTTP.</summary>
    public string? Method { get; init; }
}

/// <summary>The policy's answer.</summary>
public sealed record PolicyCheckResult
{
    /// <summary>What was asked, in canonical form: host:port.</summary>
    public required string Target { get; init; }

    /// <summary>Whether it may go on.</summary>
    public required bool Allowed { get; init; }

    /// <summary>"explicit" when a rule decided, "implicit" when the default or the address floor did.</summary>
    public required string Kind { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The rule that decided.</summary>
    public PolicyRuleInfo? Rule { get; init; }

    /// <summary>Method that was judged; null when the connection alone was.</summary>
    public string? Method { get; init; }

    /// <summary>Path that was judged; null when the connection alone was.</summary>
    public string? Path { get; init; }

    /// <summary>Rules with methods or paths for this destination, which judge each request.</summary>
    public IReadOnlyList<PolicyRuleInfo> HttpRules { get; init; } = [];
}

/// <summary>Rules as the text of a policy file.</summary>
/// <param name="Text">YAML.</param>
public sealed record PolicyText(string Text);

/// <summary>Takes rules from the text of a policy file; all of them or none.</summary>
public sealed record PolicyImportRequest
{
    /// <summary>Sandbox they are for; null for everybody.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Name of the text, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>YAML.</summary>
    public required string Text { get; init; }

    /// <summary>Whether present rules are replaced rather than added to.</summary>
    public bool Replace { get; init; }
}

/// <summary>State of a workspace's policy file (<c>.sbx/policy.yaml</c>).</summary>
/// <param name="Workspace">Absolute path of the workspace.</param>
/// <param name="File">The file.</param>
/// <param name="Hash">SHA-256 of its text; null when there is no file.</param>
/// <param name="Approved">Whether the user approved this very text.</param>
/// <param name="Rules">What it says.</param>
/// <param name="Problem">Why it is not valid; null when it is.</param>
public sealed record WorkspacePolicyInfo(
    string Workspace, string File, string? Hash, bool Approved, IReadOnlyList<PolicyRuleInfo> Rules, string? Problem);

/// <summary>Approves the policy of a workspace, or takes the approval back.</summary>
/// <param name="Workspace">Absolute path.</param>
/// <param name="Hash">Hash of the text that the user saw; null takes the approval back.</param>
public sealed record WorkspaceApprovalRequest(string Workspace, string? Hash);
