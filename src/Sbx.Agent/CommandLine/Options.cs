namespace Sbx.Agent.CommandLine;

/// <summary>The command line cannot be understood.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Reads options in any order among the other words; one given twice counts once, the last value wins.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private Options(IReadOnlyList<string> words) => Words = words;

    /// <summary>What is no option, in order.</summary>
    public IReadOnlyList<string> Words { get; private set; }

    /// <param name="arguments">As typed; after <c>--</c> nothing is an option.</param>
    /// <param name="flags">Options without a value.</param>
    /// <param name="valued">Options with one.</param>
    /// <param name="shorts">Letters and what they stand for.</param>
    /// <exception cref="UsageException">An unknown option, or one without its value.</exception>
    public static Options Read(IReadOnlyList<string> arguments, string[] flags, string[] valued, IReadOnlyDictionary<string, string> shorts)
    {
        var words = new List<string>();
        var result = new Options(words);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                words.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument is "-" || !argument.StartsWith('-'))
            {
                words.Add(argument);
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            name = shorts.GetValueOrDefault(name, name);
            var value = equals < 0 ? null : argument[(equals + 1)..];
            if (flags.Contains(name))
            {
                if (value is not (null or "true" or "false")) throw new UsageException($"{name} takes true or false, not '{value}'");
                result.Set(name, value ?? "true");
            }
            else if (valued.Contains(name))
            {
                if (value is null && ++i >= arguments.Count) throw new UsageException($"{name} needs a value");
                result.Set(name, value ?? arguments[i]);
            }
            else throw new UsageException($"unknown option '{name}'; docker-agent --help names them");
        }

        return result;
    }

    public bool Flag(string name, bool otherwise = false) => _values.TryGetValue(name, out var values) ? values[^1] == "true" : otherwise;

    public string? Value(string name) => _values.TryGetValue(name, out var values) ? values[^1] : null;

    public IReadOnlyList<string> Values(string name) => _values.GetValueOrDefault(name) ?? [];

    private void Set(string name, string value)
    {
        if (!_values.TryGetValue(name, out var values)) _values[name] = values = [];
        values.Add(value);
    }
}
