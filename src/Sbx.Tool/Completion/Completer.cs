using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Client;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Completion;

/// <summary>One word that fits, and what it is.</summary>
internal sealed record Completed(string Word, string Meaning);

/// <summary>What fits at the end of a command line.</summary>
/// <param name="Words">Words that fit.</param>
/// <param name="Paths">Whether paths of the host fit too: "files", "dirs" or null.</param>
internal sealed record Completions(IReadOnlyList<Completed> Words, string? Paths);

/// <summary>Completes command lines: verbs, options, values, and names of sandboxes and agents, which a running daemon is asked for.</summary>
internal sealed class Completer(IReadOnlyList<Verb> verbs, Func<Candidates, CancellationToken, Task<IReadOnlyList<Completed>>> names)
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    /// <summary>Completes the last one of <paramref name="words"/>, which may be empty.</summary>
    public async Task<Completions> CompleteAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var current = words.Count > 0 ? words[^1] : "";
        var before = words.Take(words.Count - 1).ToList();
        if (before.Contains("--"))
            return new Completions([], "files");
        IReadOnlyList<Verb> choices = verbs;
        Verb? verb = null;
        var used = 0;
        foreach (var word in before)
        {
            used++;
            if (word.StartsWith('-'))
                continue;
            verb = choices.FirstOrDefault(v => v.IsNamed(word));
            if (verb is null)
                return new Completions([], null);
            choices = verb.Children;
            if (choices.Count == 0)
                break;
        }

        if (verb?.Create is null)
            return current.StartsWith('-')
                ? Matching(Global(), current, null)
                : Matching(choices.Where(v => !v.Hidden).Select(v => new Completed(v.Name, v.Summary)), current, null);
        return await ArgumentsAsync(verb.Create(), [.. before.Skip(used)], current, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Completions> ArgumentsAsync(CliCommand command, IReadOnlyList<string> before, string current, CancellationToken cancellationToken)
    {
        using var app = new CommandLineApplication(new SilentConsole());
        command.Configure(app);
        var position = 0;
        for (var i = 0; i < before.Count; i++)
        {
            if (!before[i].StartsWith('-'))
                position++;
            else if (TakesValue(app, before[i]) && ++i == before.Count)
                return Values(before[^1], current);
        }

        if (current.StartsWith('-'))
            return Matching(app.Options.Where(o => o is { ShowInHelpText: true, LongName: not null }).Select(o => new Completed("--" + o.LongName, o.Description ?? "")).Concat(Global()), current, null);
        var kind = command.CandidatesAt(position);
        var words = kind.HasFlag(Candidates.Shells)
            ? [.. Shells.Select(s => new Completed(s, ""))]
            : (kind & (Candidates.Sandboxes | Candidates.Agents)) != 0 ? await names(kind, cancellationToken).ConfigureAwait(false) : [];
        return Matching(words, current, kind.HasFlag(Candidates.Files) ? "files" : kind.HasFlag(Candidates.Directories) ? "dirs" : null);
    }

    private static Completions Values(string option, string current) => option.TrimStart('-') switch
    {
        "format" => Matching([new("table", ""), new("json", ""), new("yaml", "")], current, null),
        "env-file" => new Completions([], "files"),
        _ => new Completions([], null),
    };

    private static bool TakesValue(CommandLineApplication app, string word) =>
        !word.Contains('=') && app.Options.Any(o => o.OptionType != CommandOptionType.NoValue
            && (word == "--" + o.LongName || (o.ShortName is { Length: > 0 } && word == "-" + o.ShortName)));

    private static Completed[] Global() => [new("--debug", "Show technical details of failures"), new("--no-input", "Never ask"), new("--help", "Show help")];

    private static Completions Matching(IEnumerable<Completed> words, string current, string? paths) =>
        new([.. words.Where(w => w.Word.StartsWith(current, StringComparison.Ordinal))], paths);
}

/// <summary>Names that only a daemon knows; none is started for them, and it is not waited for long.</summary>
internal static class DaemonNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Names of the kinds asked for.</summary>
    public static async Task<IReadOnlyList<Completed>> FindAsync(CliContext context, Candidates kind, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var client = context.PassiveClient();
        var found = new List<Completed>();
        try
        {
            if (kind.HasFlag(Candidates.Agents))
                found.AddRange((await client.ListAgentsAsync(limit.Token).ConfigureAwait(false)).Select(a => new Completed(a.Name, "agent")));
            if (kind.HasFlag(Candidates.Sandboxes))
                found.AddRange((await client.ListAsync(limit.Token).ConfigureAwait(false)).Sandboxes.Select(s => new Completed(s.Name, $"sandbox, {s.Status.ToString().ToLowerInvariant()}")));
        }
        catch (Exception e) when (e is SbxException or OperationCanceledException)
        {
            if (kind.HasFlag(Candidates.Agents))
                found.Add(new Completed("shell", "agent"));
        }

        return found;
    }
}
