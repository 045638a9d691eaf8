using System.Diagnostics;

namespace Sbx.Bench.Processes;

/// <summary>What a finished command took and said.</summary>
/// <param name="Whole">From its start to its end, in milliseconds.</param>
/// <param name="FirstOutput">From its start to its first byte on standard output; NaN when there was none.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="ExitCode">Exit code.</param>
internal sealed record CommandResult(double Whole, double FirstOutput, string Output, string Errors, int ExitCode);

/// <summary>Runs programs and measures them.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public static async Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var result = await TryAsync(command, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0
            ? result
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {result.ExitCode}: {result.Errors.Trim()}");
    }

    /// <summary>Runs a program to its end, whatever that is.</summary>
    public static async Task<CommandResult> TryAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start(command);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        using var output = new MemoryStream();
        var buffer = new byte[4096];
        var first = double.NaN;
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (double.IsNaN(first))
                first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            output.Write(buffer, 0, read);
        }

        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        var whole = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return new CommandResult(whole, first, System.Text.Encoding.UTF8.GetString(output.ToArray()), await errors.ConfigureAwait(false), process.ExitCode);
    }

    /// <summary>Starts a program with all three streams connected.</summary>
    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
