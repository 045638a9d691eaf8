using Microsoft.Extensions.Hosting;
using Sbx.Api;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;

namespace Sbx.Daemon.Hosting;

/// <summary>What the daemon says of itself, and its end.</summary>
internal sealed class DaemonSelf(SbxPaths paths, RunningBuild build, SandboxService sandboxes, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public DaemonStatus Status() => new(
        SandboxService.Version, ApiVersions.Current, build.Value, Environment.ProcessId, _startedAt,
        sandboxes.All.Count(s => s.Running is not null), sandboxes.All.Sum(s => s.Sessions), paths.Socket, paths.DaemonLog);

    /// <exception cref="SbxException">Sandboxes run and <paramref name="force"/> is false.</exception>
    public void Stop(bool force)
    {
        if (!force && sandboxes.IsBusy)
        {
            var running = sandboxes.All.Where(s => s.IsBusy).Select(s => s.Record.Name);
            throw new SbxException(
                ErrorCode.Conflict, $"sandboxes are running: {string.Join(", ", running)}", "stop them first (sbx stop NAME), or: sbx daemon stop --force");
        }

        lifetime.StopApplication();
    }
}
