using System.Diagnostics;

namespace Sbx.Sandbox.Tests.Running;

/// <summary>The built <c>sbx</c>, as a user's shell would start it, with a home of its own.</summary>
public sealed class Cli(IReadOnlyDictionary<string, string> environment)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static string Tool { get; } = System.Environment.GetEnvironmentVariable("SBX_TEST_TOOL") is { Length: > 0 } tool && File.Exists(tool)
        ? tool
        : throw new InvalidOperationException("SBX_TEST_TOOL does not name the built sbx; run the tests with ./test.sh");

    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    public Cli With(string name, string value) => new(new Dictionary<string, string>(Environment) { [name] = value });

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    public async Task<CommandResult> RunAsync(string[] arguments, Stream? input, string? workingDirectory = null)
    {
        using var process = Start(arguments, workingDirectory);
        using var limit = new CancellationTokenSource(Limit);
        var feeding = FeedAsync(process, input);
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await Task.WhenAll(reading, error, process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"'sbx {string.Join(' ', arguments)}' did not end within {Limit.TotalMinutes:0} minutes");
        }

        await feeding;
        return new CommandResult(process.ExitCode, output.ToArray(), await error);
    }

    public Process Start(string[] arguments, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(Tool)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task FeedAsync(Process process, Stream? input)
    {
        try
        {
            if (input is not null)
                await input.CopyToAsync(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command did not want all of it.
        }
    }
}
