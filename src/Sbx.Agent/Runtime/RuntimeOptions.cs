using Sbx.Agent.Storage;

namespace Sbx.Agent.Runtime;

/// <summary>How a team runs.</summary>
internal sealed record RuntimeOptions(string Directory, AgentPaths Paths)
{
    /// <summary>Tools run without asking.</summary>
    public bool Yolo { get; init; }

    /// <summary>Model by agent; the empty name stands for all.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> PromptFiles { get; init; } = [];

    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
