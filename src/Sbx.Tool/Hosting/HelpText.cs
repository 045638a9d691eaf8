using System.Text;
using McMaster.Extensions.CommandLineUtils;

namespace Sbx.Tool.Hosting;

/// <summary>Help as text: what it is for first, then how it is called, then examples.</summary>
internal static class HelpText
{
    /// <summary>The short help of bare <c>sbx</c>: all verbs in groups.</summary>
    public static string OfRoot(IReadOnlyList<Verb> verbs, CommandLineApplication root)
    {
        var text = new StringBuilder();
        text.Append("sbx runs coding agents, and any command, in a microVM of their own: your project is the only mount.\n\n");
        text.Append("Usage: sbx [options] <command>\n");
        var shown = verbs.Where(v => !v.Hidden).ToList();
        var width = shown.Max(v => v.Name.Length) + 2;
        foreach (var group in shown.GroupBy(v => v.Group))
        {
            text.Append('\n').Append(group.Key).Append(":\n");
            foreach (var verb in group)
                text.Append("  ").Append(verb.Name.PadRight(width)).Append(verb.Summary).Append('\n');
        }

        AppendOptions(text, root, "Options");
        text.Append("\nStart here:\n  sbx run shell            a shell in a sandbox, with the current directory in it\n");
        text.Append("  sbx <command> --help     all options of a command, with examples\n");
        return text.ToString();
    }

    /// <summary>Help of one command.</summary>
    public static string Of(CommandLineApplication app, Verb verb)
    {
        var text = new StringBuilder();
        text.Append(app.Description).Append("\n\n");
        AppendUsage(text, app, verb);
        if (verb.Aliases.Count > 0)
            text.Append("Also: ").AppendJoin(", ", verb.Aliases).Append('\n');
        AppendRows(text, "Arguments", app.Arguments.Where(a => a.ShowInHelpText).Select(a => (Display(a), a.Description ?? "")));
        AppendRows(text, "Commands", verb.Children.Where(c => !c.Hidden).Select(c => (c.Name, c.Summary)));
        AppendRows(text, "Options", app.Options.Where(o => o.ShowInHelpText).Select(o => (Display(o), o.Description ?? "")));
        AppendOptions(text, Root(app), "Global options");
        if (app.ExtendedHelpText is { Length: > 0 } more)
            text.Append('\n').Append(more.ReplaceLineEndings("\n").TrimEnd()).Append('\n');
        return text.ToString();
    }

    private static void AppendUsage(StringBuilder text, CommandLineApplication app, Verb verb)
    {
        text.Append("Usage: ").Append(PathOf(app));
        if (verb.Children.Count > 0)
            text.Append(" <command>");
        if (app.Options.Any(o => o.ShowInHelpText))
            text.Append(" [options]");
        foreach (var argument in app.Arguments.Where(a => a.ShowInHelpText))
            text.Append(' ').Append(Display(argument));
        text.Append('\n');
    }

    private static void AppendOptions(StringBuilder text, CommandLineApplication app, string heading) =>
        AppendRows(text, heading, app.Options.Where(o => o.ShowInHelpText).Select(o => (Display(o), o.Description ?? "")));

    private static void AppendRows(StringBuilder text, string heading, IEnumerable<(string Left, string Right)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        var width = Math.Min(list.Max(r => r.Left.Length), 28) + 2;
        text.Append('\n').Append(heading).Append(":\n");
        foreach (var (left, right) in list)
        {
            var lines = right.ReplaceLineEndings("\n").Split('\n');
            text.Append("  ").Append(left.Length + 2 > width ? left + "\n" + new string(' ', width + 2) : left.PadRight(width)).Append(lines[0]).Append('\n');
            foreach (var line in lines.Skip(1))
                text.Append(' ', width + 2).Append(line).Append('\n');
        }
    }

    private static string Display(CommandArgument argument) => argument.Name ?? "";

    private static string Display(CommandOption option)
    {
        var name = (option.ShortName, option.LongName) switch
        {
            ({ Length: > 0 } s, { Length: > 0 } l) => $"-{s}, --{l}",
            ({ Length: > 0 } s, _) => $"-{s}",
            (_, var l) => $"    --{l}",
        };
        return option.OptionType == CommandOptionType.NoValue ? name : $"{name} <{option.ValueName}>";
    }

    private static string PathOf(CommandLineApplication app) => app.Parent is { } parent ? $"{PathOf(parent)} {app.Name}" : "sbx";

    private static CommandLineApplication Root(CommandLineApplication app) => app.Parent is { } parent ? Root(parent) : app;
}
