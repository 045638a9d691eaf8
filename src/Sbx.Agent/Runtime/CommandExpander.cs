using System.Text.RegularExpressions;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models;
using Sbx.Agent.Tools.Shell;

namespace Sbx.Agent.Runtime;

/// <summary>Turns <c>/name arguments</c> into the prompt that the file gives for it: <c>$1</c> …, <c>${env.NAME || 'default'}</c>, <c>!`command`</c>, <c>!shell(cmd="…")</c>.</summary>
internal static partial class CommandExpander
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<string> ExpandAsync(AgentDefinition agent, string text, RuntimeOptions options, CancellationToken cancel)
    {
        if (!text.StartsWith('/')) return text;
        var words = text[1..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !agent.Commands.TryGetValue(words[0], out var command)) return text;
        var arguments = words[1..];
        var prompt = EnvironmentText.Expand(command.Instruction, options.Environment);
        var usesArguments = Positional().IsMatch(prompt);
        prompt = Positional().Replace(prompt, match => match.Groups[1].Value is "@" or "*" ? string.Join(' ', arguments)
            : int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) is var n && n >= 1 && n <= arguments.Length ? arguments[n - 1] : "");
        if (!usesArguments && arguments.Length > 0) prompt += "\n\n" + string.Join(' ', arguments);
        foreach (var match in Commands().Matches(command.Instruction).ToList())
        {
            // Only what the file itself says is run, never what the user typed after the name.
            var line = EnvironmentText.Expand(match.Groups["a"].Success ? match.Groups["a"].Value : match.Groups["b"].Value, options.Environment);
            var result = await ShellCommand.RunAsync(line.Replace("\\\"", "\"", StringComparison.Ordinal), options.Directory, new Dictionary<string, string>(), null, Limit, cancel).ConfigureAwait(false);
            prompt = prompt.Replace(EnvironmentText.Expand(match.Value, options.Environment), result.Describe(), StringComparison.Ordinal);
        }

        return prompt;
    }

    [GeneratedRegex(@"\$([1-9@*])")]
    private static partial Regex Positional();

    [GeneratedRegex(@"!`(?<a>[^`]+)`|!shell\(cmd=""(?<b>(?:[^""\\]|\\.)*)""\)")]
    private static partial Regex Commands();
}
