namespace Sbx.Agent.Storage;

/// <summary>Where the runtime keeps its things: <c>~/.cagent</c>.</summary>
internal sealed class AgentPaths(string home)
{
    public string Root => Path.Combine(home, ".cagent");

    public string Sessions => Path.Combine(Root, "session.db");

    public string Log => Path.Combine(Root, "cagent.debug.log");

    public string History => Path.Combine(Root, "history");

    public string Home => home;

    public string Memory(string agent) => Path.Combine(Root, "memory", string.Concat(agent.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_')), "memory.db");

    public static AgentPaths OfUser() => new(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : Path.GetTempPath());
}
