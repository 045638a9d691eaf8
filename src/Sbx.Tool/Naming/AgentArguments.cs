namespace Sbx.Tool.Naming;

/// <summary>
/// What an agent is started with. The words behind <c>--</c> are the whole command line for <c>shell</c>; for every other
/// agent they come behind its own command, whose safe defaults stay, except that an option given twice is the user's.
/// </summary>
internal static class AgentArguments
{
    /// <summary>The agent whose words behind <c>--</c> are the command line itself.</summary>
    public const string Shell = "shell";

    /// <summary>The command line.</summary>
    /// <param name="agent">Name of the agent.</param>
    /// <param name="own">The agent's own command with its defaults.</param>
    /// <param name="user">The words behind <c>--</c>.</param>
    public static IReadOnlyList<string> Merge(string agent, IReadOnlyList<string> own, IReadOnlyList<string> user)
    {
        if (user.Count == 0)
            return own;
        if (agent == Shell)
            return user;
        var given = user.TakeWhile(w => w != "--").Where(IsOption).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var merged = new List<string>();
        for (var i = 0; i < own.Count; i++)
        {
            // An option of the command is followed by its value unless the next word is an option too.
            var hasValue = IsOption(own[i]) && !own[i].Contains('=') && i + 1 < own.Count && !IsOption(own[i + 1]);
            if (i == 0 || !IsOption(own[i]) || !given.Contains(NameOf(own[i])))
                merged.AddRange(hasValue ? [own[i], own[i + 1]] : [own[i]]);
            if (hasValue)
                i++;
        }

        merged.AddRange(user);
        return merged;
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && word != "--";

    private static string NameOf(string option) => option.Split('=', 2)[0];
}
