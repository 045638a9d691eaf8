using System.Text;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Terminal;

/// <summary>Asks the user, on standard error, only where there is a terminal and asking is allowed.</summary>
internal static class Question
{
    /// <summary>Asks for yes or no; anything but y or yes is no.</summary>
    /// <param name="context">The user.</param>
    /// <param name="question">Without the choices.</param>
    /// <param name="flag">The option that answers yes beforehand.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SbxException">The answer was no, or nobody can be asked.</exception>
    public static async Task ConfirmAsync(CliContext context, string question, string flag, CancellationToken cancellationToken)
    {
        if (!context.CanAsk)
            throw new SbxException(ErrorCode.Declined, $"{question} cannot be asked without a terminal", $"answer yes with {flag}");
        context.WriteError($"{Printable.Line(question)} (y/N) ");
        var answer = await ReadLineAsync(context.Input, cancellationToken).ConfigureAwait(false) ?? "";
        if (!answer.Equals("y", StringComparison.OrdinalIgnoreCase) && !answer.Equals("yes", StringComparison.OrdinalIgnoreCase))
            throw new SbxException(ErrorCode.Declined, "nothing was done: the answer was no");
    }

    /// <summary>Asks for a line; only where <see cref="CliContext.CanAsk"/> is true.</summary>
    /// <returns>The line without white space around it; null when the input has ended.</returns>
    public static async Task<string?> AnswerAsync(CliContext context, string prompt, CancellationToken cancellationToken)
    {
        context.WriteError(Printable.Line(prompt));
        return await ReadLineAsync(context.Input, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string?> ReadLineAsync(Stream input, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < 4096)
        {
            if (await input.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0)
                return line.Count > 0 ? Encoding.UTF8.GetString([.. line]).Trim() : null;
            if (one[0] == '\n')
                break;
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]).Trim();
    }
}
