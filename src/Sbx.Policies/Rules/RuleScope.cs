namespace Sbx.Policies.Rules;

/// <summary>To what a rule applies. Compared by value.</summary>
public sealed record RuleScope
{
    private RuleScope(RuleScopeKind kind, string? name)
    {
        Kind = kind;
        Name = name;
    }

    /// <summary>Every sandbox of the user.</summary>
    public static RuleScope Global { get; } = new(RuleScopeKind.Global, null);

    /// <summary>The kind.</summary>
    public RuleScopeKind Kind { get; }

    /// <summary>The sandbox's name or the workspace's absolute path; null for <see cref="Global"/>.</summary>
    public string? Name { get; }

    /// <summary>One sandbox.</summary>
    /// <exception cref="PolicyException">The name is not one a sandbox can have.</exception>
    public static RuleScope Sandbox(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsSandboxName(name)
            ? new RuleScope(RuleScopeKind.Sandbox, name)
            : throw new PolicyException($"'{Hosts.Printable.Text(name)}' is not the name of a sandbox.", "Names have 2 to 63 letters, digits, hyphens and periods.");
    }

    /// <summary>Every sandbox that has a workspace.</summary>
    /// <param name="path">Absolute path of the workspace.</param>
    public static RuleScope Workspace(string path) => new(RuleScopeKind.Workspace, Path.GetFullPath(path));

    // Also what makes the name safe as a file name.
    internal static bool IsSandboxName(string name)
        => name.Length is >= 2 and <= 63 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '+');

    /// <summary><c>all</c>, <c>sandbox:NAME</c> or <c>workspace:PATH</c>.</summary>
    public override string ToString() => Kind switch
    {
        RuleScopeKind.Global => "all",
        RuleScopeKind.Sandbox => $"sandbox:{Name}",
        _ => $"workspace:{Name}",
    };
}
