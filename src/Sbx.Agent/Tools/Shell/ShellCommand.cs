using System.Diagnostics;
using System.Text;

namespace Sbx.Agent.Tools.Shell;

/// <summary>How a command ended.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors, bool TimedOut)
{
    public string Describe()
    {
        var text = (Output, Errors) switch
        {
            ("", "") => "",
            (_, "") => Output,
            ("", _) => Errors,
            _ => $"{Output.TrimEnd()}\n{Errors}",
        };
        return ToolText.Limit(text.TrimEnd());
    }
}

/// <summary>Runs a command line with the shell, in a process of its own, and kills what it started when time is up or it is cancelled.</summary>
internal static class ShellCommand
{
    private const int MaxCapture = 4 << 20;

    public static async Task<ShellResult> RunAsync(
        string command, string directory, IReadOnlyDictionary<string, string> environment, string? input, TimeSpan limit, CancellationToken cancel)
    {
        using var process = Start(command, directory, environment, input is not null);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(limit);
        var output = CaptureAsync(process.StandardOutput);
        var errors = CaptureAsync(process.StandardError);
        var timedOut = false;
        try
        {
            if (input is not null)
            {
                try
                {
                    await process.StandardInput.WriteAsync(input.AsMemory(), timeout.Token).ConfigureAwait(false);
                    process.StandardInput.Close();
                }
                catch (IOException)
                {
                    // It does not read its input, which is its right.
                }
            }

            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            timedOut = !cancel.IsCancellationRequested;
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // A grandchild may hold the pipes open after the command ended.
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return new ShellResult(process.ExitCode, Done(output), Done(errors), timedOut);
    }

    public static Process Start(string command, string directory, IReadOnlyDictionary<string, string> environment, bool withInput)
    {
        var start = new ProcessStartInfo(Shell())
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new IOException($"{start.FileName} could not be started");
        if (!withInput) process.StandardInput.Close();
        return process;
    }

    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    private static string Shell() => File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";

    private static string Done(Task<string> task) => task.IsCompletedSuccessfully ? task.Result : "";

    private static async Task<string> CaptureAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        int read;
        while ((read = await reader.ReadAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            text.Append(buffer, 0, read);
            // The end says more than the middle: room is made in the middle.
            if (text.Length > MaxCapture) text.Remove(MaxCapture / 4, text.Length - MaxCapture * 3 / 4);
        }

        return text.ToString();
    }
}
