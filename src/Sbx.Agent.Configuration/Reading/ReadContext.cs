using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>What is read, in which version of the language, and what was found wrong so far.</summary>
internal sealed class ReadContext(string file, int version)
{
    public const int Latest = 7;

    private readonly List<ConfigurationIssue> _issues = [];
    private readonly List<ConfigurationIssue> _warnings = [];

    public int Version => version;

    public IReadOnlyList<ConfigurationIssue> Issues => [.. _issues.OrderBy(issue => issue.At.Line).ThenBy(issue => issue.At.Column)];

    public IReadOnlyList<ConfigurationIssue> Warnings => _warnings;

    public void Fail(SourceMark at, string message) => _issues.Add(new ConfigurationIssue(file, at, message));

    public void Warn(SourceMark at, string message) => _warnings.Add(new ConfigurationIssue(file, at, message));

    /// <summary>Fails with the nearest of the names that would have been right, or with all of them.</summary>
    public void FailUnknown(SourceMark at, string what, string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        var nearest = Spelling.Nearest(name, names);
        var expected = nearest is not null ? $"did you mean '{nearest}'?"
            : names.Count == 0 ? "there are none" : $"expected one of: {string.Join(", ", names)}";
        Fail(at, $"unknown {what} '{Spelling.Shown(name)}'; {expected}");
    }
}
