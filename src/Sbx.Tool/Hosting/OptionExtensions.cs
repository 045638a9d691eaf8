using McMaster.Extensions.CommandLineUtils;

namespace Sbx.Tool.Hosting;

/// <summary>Short forms of declaring options and arguments.</summary>
internal static class OptionExtensions
{
    /// <summary>An option without a value.</summary>
    public static CommandOption Flag(this CommandLineApplication app, string template, string description) =>
        app.Option(template, description, CommandOptionType.NoValue);

    /// <summary>An option with one value.</summary>
    public static CommandOption Value(this CommandLineApplication app, string template, string description) =>
        WithValue(app, template, description, CommandOptionType.SingleValue);

    /// <summary>An option that may be given several times.</summary>
    public static CommandOption Values(this CommandLineApplication app, string template, string description) =>
        WithValue(app, template, description, CommandOptionType.MultipleValue);

    /// <summary>An argument that is shown in help as written.</summary>
    public static CommandArgument Word(this CommandLineApplication app, string name, string description, bool many = false) =>
        app.Argument(name, description, many);

    /// <summary>Examples at the end of the help: pairs of a command line and what it does.</summary>
    public static void Examples(this CommandLineApplication app, params (string Line, string Meaning)[] examples) =>
        app.ExtendedHelpText = Text(examples);

    private static string Text((string Line, string Meaning)[] examples)
    {
        var text = new System.Text.StringBuilder("Examples:\n");
        foreach (var (line, meaning) in examples)
            text.Append("  ").Append(line).Append("\n      ").Append(meaning).Append('\n');
        return text.ToString();
    }

    // The parser's templates allow no brackets in the name of a value, so it is set apart.
    private static CommandOption WithValue(CommandLineApplication app, string template, string description, CommandOptionType type)
    {
        var parts = template.Split(" <", 2);
        var option = app.Option(parts[0], description, type);
        option.ValueName = parts[1].TrimEnd('>');
        return option;
    }
}
