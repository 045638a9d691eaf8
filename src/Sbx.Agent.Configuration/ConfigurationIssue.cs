using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration;

/// <summary>Something wrong in a configuration file.</summary>
/// <param name="File">The file as it was named by the user.</param>
/// <param name="At">Its place.</param>
/// <param name="Message">What is wrong and what was expected, one line.</param>
public sealed record ConfigurationIssue(string File, SourceMark At, string Message)
{
    /// <summary>The form editors and terminals turn into a link: <c>file:line:column: message</c>.</summary>
    public override string ToString() => $"{File}:{At.Line}:{At.Column}: {Message}";
}

/// <summary>A configuration that cannot be used; holds everything that is wrong with it, in the order of the file.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="issues">At least one.</param>
    public ConfigurationException(IReadOnlyList<ConfigurationIssue> issues)
        : base(string.Join('\n', issues)) => Issues = issues;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<ConfigurationIssue> Issues { get; }
}
