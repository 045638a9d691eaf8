using System.Diagnostics;

namespace Sbx.Images.Tests.Support;

/// <summary>The feed that nuget/pack.sh made of this checkout, and programs to look into it.</summary>
internal static class LocalFeed
{
    public static string Directory { get; } = Find();

    public static string Payloads => Path.Combine(Directory, "payloads.json");

    /// <summary>Runs a program to its end; fails the test when it fails.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{await error}");
        return output;
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("SBX_TEST_FEED") is { Length: > 0 } given)
            return given;
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Sbx.Tool.sln")))
                return Path.Combine(directory, "artifacts", "feed");
        }

        throw new InvalidOperationException("The tests do not run in a checkout.");
    }
}
