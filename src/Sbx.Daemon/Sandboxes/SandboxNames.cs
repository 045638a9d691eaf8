using System.Text.RegularExpressions;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Sandboxes;

/// <summary>Which names a sandbox may have, and the one it gets when none is asked for.</summary>
internal static partial class SandboxNames
{
    /// <exception cref="SbxException">The name is not valid.</exception>
    public static void Validate(string name)
    {
        if (name == "default" || !Valid().IsMatch(name))
        {
            throw new SbxException(
                ErrorCode.Usage, $"'{name}' is not a valid sandbox name",
                "use 2 to 63 letters, digits, hyphens and periods, starting and ending with a letter or digit; 'default' is reserved");
        }
    }

    /// <summary>A valid, free name of agent and primary workspace: <c>shell-my-project</c>, then <c>shell-my-project-2</c> …</summary>
    public static string Propose(string agent, IReadOnlyList<Workspace> workspaces, Func<string, bool> isTaken)
    {
        var part = workspaces.Count > 0 ? Path.GetFileName(workspaces[0].Path.TrimEnd('/')) : "sandbox";
        part = NotAllowed().Replace(part, "-").Trim('-', '.');
        var stem = $"{agent}-{(part.Length == 0 ? "sandbox" : part)}";
        if (stem.Length > 58)
            stem = stem[..58].TrimEnd('-', '.');
        if (!isTaken(stem))
            return stem;
        for (var i = 2; ; i++)
        {
            if (!isTaken($"{stem}-{i}"))
                return $"{stem}-{i}";
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.-]{0,61}[A-Za-z0-9]\z")]
    private static partial Regex Valid();

    [GeneratedRegex("[^A-Za-z0-9.-]+")]
    private static partial Regex NotAllowed();
}
