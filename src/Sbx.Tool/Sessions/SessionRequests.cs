using Sbx.Protocol.Messages;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Sessions;

/// <summary>Makes the requests of sessions that this terminal takes part in.</summary>
internal static class SessionRequests
{
    // What programs need to draw for this terminal and in its language.
    private static readonly string[] TerminalVariables = ["TERM", "COLORTERM", "LANG"];

    /// <summary>A request with the window's size and, for a terminal, the host's terminal variables beneath the given ones.</summary>
    /// <param name="context">The user.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Variables that win over all others.</param>
    /// <param name="terminal">Whether the command gets a pseudo-terminal.</param>
    /// <param name="stdin">Whether standard input is connected.</param>
    public static ExecRequest Make(
        CliContext context, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, bool terminal, bool stdin)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (terminal)
        {
            foreach (var name in TerminalVariables)
            {
                if (context.Variable(name) is { Length: > 0 } value)
                    variables[name] = value;
            }
        }

        foreach (var (name, value) in environment)
            variables[name] = value;
        var (columns, rows) = context.Terminal.Size ?? (80, 24);
        return new ExecRequest { Command = command, Environment = variables, Terminal = terminal, Columns = columns, Rows = rows, Stdin = stdin };
    }
}
