using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx daemon status</c>: asks without starting one; success also when none runs.</summary>
internal sealed class DaemonStatusCommand : CliCommand
{
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show whether the daemon runs. Exits with 0 either way.";
        _json = app.Flag("--json", "As JSON");
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var status = await DaemonProbe.FindAsync(context, cancellationToken).ConfigureAwait(false);
        var document = status is null
            ? new DaemonDocument("stopped", context.Paths.Socket, context.Paths.DaemonLog)
            : new DaemonDocument(
                "running", status.Socket, status.Log, status.ProcessId, status.Version, status.Build, status.StartedAt, status.RunningSandboxes, status.Sessions);
        if (_json.HasValue())
        {
            JsonOutput.Write(context, document, ToolJson.Default.DaemonDocument);
            return ExitCodes.Success;
        }

        context.Write($"Status: {document.Status}\nSocket: {document.Socket}\nLog: {document.Log}\n");
        if (status is not null)
            context.Write(
                $"PID: {status.ProcessId}\nVersion: {status.Version} {status.Build}\nUptime: {HumanText.Duration(context.Time.GetUtcNow() - status.StartedAt)}\n" +
                $"Running sandboxes: {status.RunningSandboxes}\nSessions: {status.Sessions}\n");
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx daemon start</c>: any command does it; this one does nothing else.</summary>
internal sealed class DaemonStartCommand : CliCommand
{
    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Start the daemon. Any command that needs it does so too.";
        app.Flag("-d|--detach", "Accepted; it always runs in the background").ShowInHelpText = false;
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var status = await context.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        context.WriteError($"The daemon runs (PID {status.ProcessId}, socket {status.Socket}).\nLog: {status.Log}\n");
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx daemon stop</c>: success also when none runs.</summary>
internal sealed class DaemonStopCommand : CliCommand
{
    private CommandOption _force = null!;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Stop the daemon. Refused while sandboxes run or sessions are attached, unless forced.";
        _force = app.Flag("-f|--force", "Stop running sandboxes first; their disks stay");
        app.Examples(("sbx daemon stop --force", "also when sandboxes run"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (await DaemonProbe.FindAsync(context, cancellationToken).ConfigureAwait(false) is null)
        {
            context.WriteError("The daemon is not running.\n");
            return ExitCodes.Success;
        }

        using var client = context.PassiveClient();
        await client.StopDaemonAsync(_force.HasValue(), cancellationToken).ConfigureAwait(false);
        context.WriteError("✓ The daemon has stopped\n");
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx daemon logs</c>: the end of the daemon's log.</summary>
internal sealed class DaemonLogsCommand : CliCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private CommandOption _follow = null!;
    private CommandOption _lines = null!;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show the end of the daemon's log.";
        _follow = app.Flag("-f|--follow", "Go on as it grows, until Ctrl-C");
        _lines = app.Value("-n|--lines <N>", "Lines from the end (default: 100)");
        app.Examples(("sbx daemon logs -f", "watch it"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (!int.TryParse(_lines.Value() ?? "100", out var lines) || lines < 0)
            throw new SbxException(ErrorCode.Usage, $"-n: '{_lines.Value()}' is not a number of lines", "for example: -n 50");
        if (!File.Exists(context.Paths.DaemonLog))
            throw new SbxException(ErrorCode.NotFound, $"there is no log yet at {context.Paths.DaemonLog}", "the daemon has not run: sbx daemon start");
        var tail = new LogTail(context.Paths.DaemonLog);
        tail.CopyLast(lines, context.Output);
        while (_follow.HasValue())
        {
            await Task.Delay(Interval, context.Time, cancellationToken).ConfigureAwait(false);
            tail.CopyNew(context.Output);
        }

        return ExitCodes.Success;
    }
}

/// <summary><c>sbx daemon run</c>, not in the help: becomes the daemon.</summary>
internal sealed class DaemonRunCommand : CliCommand
{
    public override void Configure(CommandLineApplication app) => app.Description = "Run the daemon in the foreground.";

    public override Task<int> RunAsync(CliContext context, CancellationToken cancellationToken) => OperatingSystem.IsLinux()
        ? DaemonHost.RunAsync(context.Paths, cancellationToken)
        : throw new SbxException(ErrorCode.HostPrerequisite, "the sbx daemon runs on Linux only so far", "on Windows, use it inside WSL 2");
}

/// <summary>Finds the running daemon.</summary>
internal static class DaemonProbe
{
    /// <summary>What the running daemon says; null when none runs.</summary>
    /// <exception cref="SbxException">Something else answers, or the socket cannot be used.</exception>
    public static async Task<DaemonStatus?> FindAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (!File.Exists(context.Paths.Socket))
            return null;
        using var client = context.PassiveClient();
        try
        {
            return await client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SbxException e) when (e is { Code: ErrorCode.Daemon, InnerException: null } && e.Message.EndsWith("is not running", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
