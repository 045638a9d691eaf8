namespace Sbx.Policies.Rules;

/// <summary>What a rule decides.</summary>
public enum RuleDecision
{
    /// <summary>Allow.</summary>
    Allow,

    /// <summary>Deny; wins over every allow.</summary>
    Deny,
}

/// <summary>Transport protocols, as a set.</summary>
[Flags]
public enum NetworkProtocol
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    Udp = 2,
}

/// <summary>Where a rule comes from.</summary>
public enum RuleSource
{
    /// <summary>The user.</summary>
    Local,

    /// <summary>The active preset.</summary>
    Preset,

    /// <summary>A kit.</summary>
    Kit,
}

/// <summary>How a rule came to be.</summary>
public enum RuleOrigin
{
    /// <summary>Part of a preset.</summary>
    Default,

    /// <summary>Added by the user, with a command or in a file.</summary>
    Added,

    /// <summary>Came with a sandbox when it was created.</summary>
    Provisioned,

    /// <summary>Granted in answer to a question.</summary>
    Approval,
}

/// <summary>Kinds of scope.</summary>
public enum RuleScopeKind
{
    /// <summary>Every sandbox of the user.</summary>
    Global,

    /// <summary>One sandbox.</summary>
    Sandbox,

    /// <summary>Every sandbox that has a workspace.</summary>
    Workspace,
}
