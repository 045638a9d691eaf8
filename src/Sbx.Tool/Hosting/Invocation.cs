using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;

namespace Sbx.Tool.Hosting;

/// <summary>A parsed command line.</summary>
/// <param name="Command">What to run; null when help was asked for or needed.</param>
/// <param name="Help">Help to print instead.</param>
/// <param name="Options">Options that every command has.</param>
internal sealed record Invocation(CliCommand? Command, string? Help, GlobalOptions Options);

/// <summary>
/// Parses a command line with the builder API of CommandLineUtils, which needs no reflection over the commands. Only the verb
/// that is used declares its options.
/// </summary>
internal sealed class InvocationParser(IReadOnlyList<Verb> verbs)
{
    private readonly Dictionary<CommandLineApplication, Declared> _commands = [];

    /// <exception cref="SbxException">The command line is not valid.</exception>
    public Invocation Parse(IReadOnlyList<string> args)
    {
        if (args.Count > 0 && args[0] == "help")
            args = [.. args.Skip(1).Take(3), "--help"];
        else if (args.Count == 1 && args[0] == "--version")
            args = ["version"];
        using var root = new CommandLineApplication(new SilentConsole());
        Harden(root);
        var debug = root.Option("-D|--debug", "Show technical details of failures", CommandOptionType.NoValue, o => o.Inherited = true);
        var noInput = root.Option("--no-input", "Never ask; fail where an answer would be needed", CommandOptionType.NoValue, o => o.Inherited = true);
        var help = root.Option("-h|--help", "Show help", CommandOptionType.NoValue, o => o.Inherited = true);
        var words = args.TakeWhile(a => a != "--").Where(a => !a.StartsWith('-')).Take(3).ToArray();
        foreach (var verb in verbs)
            Add(root, verb, words);

        CommandLineApplication selected;
        try
        {
            selected = root.Parse([.. args]).SelectedCommand;
        }
        catch (CommandParsingException e)
        {
            throw Usage(e);
        }

        var options = new GlobalOptions(debug.HasValue(), noInput.HasValue());
        if (selected == root)
            return new Invocation(null, HelpText.OfRoot(verbs, root), options);
        var (chosen, command) = _commands[selected];
        return help.HasValue() || command is null
            ? new Invocation(null, HelpText.Of(selected, chosen), options)
            : new Invocation(command, null, options);
    }

    private void Add(CommandLineApplication parent, Verb verb, IReadOnlyList<string> words) => parent.Command(verb.Name, app =>
    {
        app.Description = verb.Summary;
        Harden(app);
        foreach (var alias in verb.Aliases)
            app.AddName(alias);
        CliCommand? command = null;
        if (words.Count > 0 && verb.IsNamed(words[0]))
        {
            command = verb.Create?.Invoke();
            command?.Configure(app);
            foreach (var child in verb.Children)
                Add(app, child, [.. words.Skip(1)]);
        }

        _commands.Add(app, new Declared(verb, command));
    });

    private static void Harden(CommandLineApplication app)
    {
        app.MakeSuggestionsInErrorMessage = true;
        app.AllowArgumentSeparator = true;
        app.OptionsComparison = StringComparison.Ordinal;
    }

    private SbxException Usage(CommandParsingException e)
    {
        var path = PathOf(e.Command);
        var message = e.Message.Split('\n')[0].TrimEnd('.', '\r');
        message = char.ToLowerInvariant(message[0]) + message[1..];
        var dashes = message.Contains(" '--", StringComparison.Ordinal) ? "--" : "";
        var near = e is UnrecognizedCommandParsingException unknown
            ? unknown.NearestMatches.Where(m => !verbs.Any(v => v.Hidden && v.IsNamed(m))).Take(3).ToList()
            : [];
        var hint = near.Count > 0
            ? $"did you mean {string.Join(" or ", near.Select(n => $"'{dashes}{n}'"))}? See: {path} --help"
            : $"see: {path} --help";
        return new SbxException(ErrorCode.Usage, message, hint, e);
    }

    private static string PathOf(CommandLineApplication app) => app.Parent is { } parent ? $"{PathOf(parent)} {app.Name}" : "sbx";

    // A class: generic code over structs of ours would be compiled at every start.
    private sealed record Declared(Verb Verb, CliCommand? Command);
}
