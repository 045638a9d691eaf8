using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Tool.Commands.Policy;

/// <summary>Which rules <c>policy ls</c> shows.</summary>
internal sealed record RuleFilter(string? Source, string? Decision, string? Type, string? Protocol, string? CreatedVia, bool Inactive)
{
    /// <summary>The filter of options as typed.</summary>
    /// <exception cref="SbxException">One has a value that does not exist.</exception>
    public static RuleFilter Of(string? source, string? decision, string? type, string? protocol, string? createdVia, bool inactive) => new(
        Check("--source", source, "local", "preset", "kit", "workspace", "org"),
        Check("--decision", decision, "allow", "deny"),
        Check("--type", type, "all", "network", "http", "filesystem") is "all" ? null : type,
        Check("--protocol", protocol, "tcp", "udp"),
        Check("--created-via", createdVia, "default", "added", "provisioned", "approval"),
        inactive);

    /// <summary>Whether the rule is shown.</summary>
    public bool Matches(PolicyRuleInfo rule) =>
        (Inactive || rule.Status == "active")
        && (Source is null || rule.Source == Source)
        && (Decision is null || rule.Decision == Decision)
        && (Protocol is null || rule.Protocols.Contains(Protocol))
        && (CreatedVia is null || rule.CreatedVia == CreatedVia)
        && Type switch { "http" => IsHttp(rule), "network" => !IsHttp(rule), "filesystem" => false, _ => true };

    private static bool IsHttp(PolicyRuleInfo rule) => rule.Methods.Count > 0 || rule.Path is not null;

    private static string? Check(string option, string? value, params ReadOnlySpan<string> values) => value is null || values.Contains(value)
        ? value
        : throw new SbxException(ErrorCode.Usage, $"{option}: there is no '{value}'", $"one of {string.Join(", ", values.ToArray())}");
}
