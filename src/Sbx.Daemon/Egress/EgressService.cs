using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sbx.Api;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Egress;
using Sbx.Egress.Log;
using Sbx.Egress.Tls;
using Sbx.Policies.Store;
using Sbx.Protocol.Channel;
using Sbx.Secrets;

namespace Sbx.Daemon.Egress;

/// <summary>
/// The way out of all sandboxes: gateway and log, opened at the first use so that a command that needs neither does not wait for
/// them. Thread-safe.
/// </summary>
internal sealed partial class EgressService(
    SbxPaths paths, PolicyStore policies, SecretVault vault, SandboxCredentials credentials, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<EgressService>();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private string _hostAuthorities = string.Empty;
    private volatile EgressLog? _log;
    private volatile EgressGateway? _gateway;

    /// <summary>The log.</summary>
    /// <exception cref="SbxException">Its file cannot be opened.</exception>
    public async ValueTask<EgressLog> LogAsync(CancellationToken cancellationToken)
    {
        if (_log is null)
            await GatewayAsync(cancellationToken).ConfigureAwait(false);
        return _log!;
    }

    /// <summary>Lets a sandbox out, under its policy and with its credentials, until the result is disposed.</summary>
    /// <param name="record">The sandbox.</param>
    /// <param name="channel">Channel on which its guest asks for connections.</param>
    /// <param name="notice">Takes lines that the user should see.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SbxException">The gateway cannot be started.</exception>
    public async Task<OpenDoor> OpenAsync(SandboxRecord record, Multiplexer channel, Action<string> notice, CancellationToken cancellationToken)
    {
        var gateway = await GatewayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SecretException e)
        {
            notice($"No stored credentials are used: {e.Message} {e.Hint}");
        }

        foreach (var workspace in policies.Attach(record.Name, [.. record.Workspaces.Select(w => w.Path)]))
        {
            if (workspace is { Hash: not null, IsApproved: false })
                notice($"The policy in {workspace.File} is not approved: it can only narrow. See it with: sbx policy approve {workspace.Workspace}");
        }

        foreach (var line in credentials.Describe(record))
            notice(line);
        var authority = SandboxAuthority.Create(record.Name, time);
        gateway.AddSandbox(new SandboxEgressOptions
        {
            Id = record.Id,
            Name = record.Name,
            Authority = authority,
            Policy = policies,
            Credentials = vault.Resolver,
            Grants = SandboxCredentials.GrantsOf(record),
        });
        lock (_open)
            _open.Add(record.Id);
        return new OpenDoor(record.Id, authority, _hostAuthorities, gateway, channel, () => Close(record));
    }

    /// <summary>State of the log, when it is open.</summary>
    public EgressLogHealth? Health => _log?.Health;

    public async ValueTask DisposeAsync()
    {
        vault.Changed -= OnSecretsChanged;
        if (_gateway is { } gateway)
            await gateway.DisposeAsync().ConfigureAwait(false);
        if (_log is { } log)
            await log.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async ValueTask<EgressGateway> GatewayAsync(CancellationToken cancellationToken)
    {
        if (_gateway is { } running)
            return running;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_gateway is { } meanwhile)
                return meanwhile;
            _log ??= OpenLog();
            var authorities = HostAuthorities.Configured(Environment.GetEnvironmentVariable);
            _hostAuthorities = HostAuthorities.ForGuests(authorities);
            var gateway = await EgressGateway.StartAsync(
                new EgressGatewayOptions
                {
                    Log = _log,
                    Resolver = UpstreamSettings.Resolver(Environment.GetEnvironmentVariable),
                    Proxy = UpstreamSettings.Proxy(Environment.GetEnvironmentVariable),
                    ExtraAuthorities = authorities,
                    RefuseWhenNotLogged = Environment.GetEnvironmentVariable("SBX_REQUIRE_LOG") == "1",
                },
                loggers, time, cancellationToken).ConfigureAwait(false);
            vault.Changed += OnSecretsChanged;
            if (Environment.GetEnvironmentVariable(UpstreamSettings.ResolveVariable) is { Length: > 0 } mapped)
                LogMapped(mapped);
            _gateway = gateway;
            return gateway;
        }
        finally
        {
            _opening.Release();
        }
    }

    private EgressLog OpenLog()
    {
        var path = Path.Combine(paths.State, "egress.db");
        try
        {
            return EgressLog.Open(path, new EgressLogOptions(), time);
        }
        catch (SqliteException e)
        {
            throw new SbxException(ErrorCode.Failed, $"the egress log {path} cannot be opened: {e.Message}", "move it away, or free disk space, and try again", e);
        }
    }

    private void Close(SandboxRecord record)
    {
        lock (_open)
            _open.Remove(record.Id);
        policies.Detach(record.Name);
    }

    // A new secret may make a host credentialed, so what is tunnelled to it now is looked at again.
    private void OnSecretsChanged(object? sender, EventArgs e)
    {
        string[] open;
        lock (_open)
            open = [.. _open];
        foreach (var id in open)
            _gateway?.Review(id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "destinations are mapped for a test: {Map}")]
    private partial void LogMapped(string map);
}
