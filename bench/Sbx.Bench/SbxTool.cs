using Sbx.Api;
using Sbx.Api.Client;
using Sbx.Bench.Processes;

namespace Sbx.Bench;

/// <summary>The sbx that is measured: its command line and its API, with a home of its own.</summary>
internal sealed class SbxTool : IAsyncDisposable
{
    private readonly Settings _settings;

    public SbxTool(Settings settings)
    {
        _settings = settings;
        Client = new SbxClient(new SbxClientOptions
        {
            Paths = SbxPaths.FromEnvironment(),
            DaemonCommand = [settings.Tool, "daemon", "run"],
        });
    }

    /// <summary>The API in this process.</summary>
    public SbxClient Client { get; }

    /// <summary>Where it keeps everything.</summary>
    public SbxPaths Paths { get; } = SbxPaths.FromEnvironment();

    /// <summary>Runs a command to its end; it must succeed.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Command.RunAsync([_settings.Tool, .. arguments], cancellationToken);

    /// <summary>Creates a sandbox under a name; an earlier one of that name goes.</summary>
    public async Task<CommandResult> CreateAsync(string name, CancellationToken cancellationToken, params string[] workspaces)
    {
        var result = await RunAsync(cancellationToken, ["create", "--quiet", "--no-input", "--name", name, "shell", .. workspaces]).ConfigureAwait(false);
        return result;
    }

    /// <summary>Removes sandboxes, running or not.</summary>
    public Task RemoveAsync(CancellationToken cancellationToken, params string[] names) => RunAsync(cancellationToken, ["rm", "--force", .. names]);

    /// <summary>Removes all that is left, and stops the daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Command.TryAsync([_settings.Tool, "rm", "--force", "--all", "--no-input"], CancellationToken.None).ConfigureAwait(false);
        await Command.TryAsync([_settings.Tool, "daemon", "stop", "--force"], CancellationToken.None).ConfigureAwait(false);
    }
}
