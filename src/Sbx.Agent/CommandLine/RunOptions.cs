namespace Sbx.Agent.CommandLine;

/// <summary>What <c>run</c> was asked to do.</summary>
internal sealed record RunOptions
{
    private static readonly string[] Flags = ["--yolo", "--exec", "--json", "--hide-tool-calls", "--hide-tool-results", "--debug", "--otel", "--dry-run", "--help"];
    private static readonly string[] Valued = ["--agent", "--model", "--session", "--session-db", "--prompt-file", "--attach", "--log-file", "--working-dir"];
    private static readonly Dictionary<string, string> Shorts = new() { ["-a"] = "--agent", ["-s"] = "--session-db", ["-d"] = "--debug", ["-o"] = "--otel", ["-h"] = "--help" };

    public string? File { get; init; }

    public IReadOnlyList<string> Messages { get; init; } = [];

    public string? Agent { get; init; }

    public bool? Yolo { get; init; }

    public bool Exec { get; init; }

    public bool Json { get; init; }

    public bool HideToolCalls { get; init; }

    public bool HideToolResults { get; init; }

    public bool DryRun { get; init; }

    public bool Help { get; init; }

    /// <summary>Model by agent; the empty name stands for all.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    public string? Session { get; init; }

    public string? SessionFile { get; init; }

    public IReadOnlyList<string> PromptFiles { get; init; } = [];

    public string? Attach { get; init; }

    public string? WorkingDirectory { get; init; }

    public string? LogFile { get; init; }

    public bool Debug { get; init; }

    /// <exception cref="UsageException">It cannot be understood.</exception>
    public static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = Options.Read(arguments, Flags, Valued, Shorts);
        return new RunOptions
        {
            File = options.Words.Count > 0 ? options.Words[0] : null,
            Messages = [.. options.Words.Skip(1)],
            Agent = options.Value("--agent"),
            Yolo = options.Value("--yolo") is null ? null : options.Flag("--yolo"),
            Exec = options.Flag("--exec"),
            Json = options.Flag("--json"),
            HideToolCalls = options.Flag("--hide-tool-calls"),
            HideToolResults = options.Flag("--hide-tool-results"),
            DryRun = options.Flag("--dry-run"),
            Help = options.Flag("--help"),
            Models = ModelsOf(options.Values("--model")),
            Session = options.Value("--session"),
            SessionFile = options.Value("--session-db"),
            PromptFiles = options.Values("--prompt-file"),
            Attach = options.Value("--attach"),
            WorkingDirectory = options.Value("--working-dir"),
            LogFile = options.Value("--log-file"),
            Debug = options.Flag("--debug"),
        };
    }

    private static Dictionary<string, string> ModelsOf(IReadOnlyList<string> values)
    {
        var models = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            models[equals > 0 ? part[..equals] : ""] = part[(equals + 1)..];
        }

        return models;
    }
}
