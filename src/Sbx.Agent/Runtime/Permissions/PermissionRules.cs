using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Runtime.Permissions;

internal enum PermissionDecision
{
    /// <summary>No rule says anything.</summary>
    Undecided,
    Allow,
    Ask,
    Deny,
}

/// <summary>The rules of a file: deny goes first, then allow, then ask.</summary>
internal sealed class PermissionRules(PermissionsDefinition definition)
{
    private readonly List<PermissionPattern> _allow = Patterns(definition.Allow);
    private readonly List<PermissionPattern> _ask = Patterns(definition.Ask);
    private readonly List<PermissionPattern> _deny = Patterns(definition.Deny);

    public (PermissionDecision Decision, string? Rule) Decide(ToolSpec tool, JsonObject arguments)
    {
        foreach (var (patterns, decision) in new[] { (_deny, PermissionDecision.Deny), (_allow, PermissionDecision.Allow), (_ask, PermissionDecision.Ask) })
            if (patterns.Find(pattern => pattern.Matches(tool, arguments)) is { } found) return (decision, found.Text);
        return (PermissionDecision.Undecided, null);
    }

    private static List<PermissionPattern> Patterns(IReadOnlyList<string> texts) => [.. texts.Select(text => new PermissionPattern(text))];
}
