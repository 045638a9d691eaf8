using System.Text.Json.Serialization.Metadata;
using Sbx.Api.Contracts;
using Sbx.Api.Contracts.Reading;
using Sbx.Api.Errors;
using Sbx.Api.Http;
using Sbx.Protocol.Messages;

namespace Sbx.Api.Client;

/// <summary>
/// The engine's API: a client of the daemon, which it starts when none runs. Every failure is an <see cref="SbxException"/>.
/// Thread-safe.
/// </summary>
public sealed class SbxClient : IDisposable
{
    private readonly DaemonCalls _calls;

    /// <summary>Creates a client; connects at each call.</summary>
    public SbxClient(SbxClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _calls = new DaemonCalls(options);
        Policy = new PolicyClient(this);
        Secrets = new SecretClient(this);
        Egress = new EgressClient(this);
    }

    /// <summary>The network policy.</summary>
    public PolicyClient Policy { get; }

    /// <summary>Secrets and services.</summary>
    public SecretClient Secrets { get; }

    /// <summary>The log of everything that left.</summary>
    public EgressClient Egress { get; }

    /// <summary>What the daemon says of itself.</summary>
    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        GetAsync("daemon", ApiJson.Default.DaemonStatus, cancellationToken);

    /// <summary>Stops the daemon and its machines; returns when it no longer listens.</summary>
    /// <exception cref="SbxException">Sandboxes run and <paramref name="force"/> is false.</exception>
    public async Task StopDaemonAsync(bool force, CancellationToken cancellationToken)
    {
        var status = await GetStatusAsync(cancellationToken).ConfigureAwait(false);
        await PostAsync("daemon/stop", new StopDaemonRequest(force), RequestJson.Default.StopDaemonRequest, cancellationToken).ConfigureAwait(false);
        await DaemonCalls.WaitForEndAsync(status.ProcessId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All sandboxes.</summary>
    public Task<SandboxList> ListAsync(CancellationToken cancellationToken) => _calls.ReadAsync(DaemonCalls.Get("sandboxes"), SandboxReading.List, cancellationToken);

    /// <summary>One sandbox by name.</summary>
    /// <exception cref="SbxException">There is none of that name.</exception>
    public Task<SandboxInfo> GetAsync(string name, CancellationToken cancellationToken) =>
        _calls.ReadAsync(DaemonCalls.Get(Of(name)), SandboxReading.Single, cancellationToken);

    /// <summary>Creates a sandbox and starts its machine.</summary>
    public Task<SandboxInfo> CreateAsync(CreateSandboxRequest request, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        _calls.OperateAsync(DaemonCalls.Post("sandboxes", request, RequestJson.Default.CreateSandboxRequest), progress, cancellationToken)!;

    /// <summary>Starts a stopped sandbox; does nothing when it runs.</summary>
    public Task<SandboxInfo> StartAsync(string name, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        _calls.OperateAsync(DaemonCalls.Post($"{Of(name)}/start"), progress, cancellationToken)!;

    /// <summary>Stops a sandbox in an orderly way; does nothing when it is stopped.</summary>
    public Task<SandboxInfo> StopAsync(string name, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        _calls.OperateAsync(DaemonCalls.Post($"{Of(name)}/stop"), progress, cancellationToken)!;

    /// <summary>Removes a sandbox with its disk.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="force">Also when sessions are attached.</param>
    /// <param name="cancellationToken">Cancels the wait, not the removal.</param>
    public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken) =>
        DeleteAsync($"{Of(name)}?force={(force ? "true" : "false")}", cancellationToken);

    /// <summary>Removes stopped sandboxes.</summary>
    public Task<PruneResult> PruneAsync(PruneRequest request, CancellationToken cancellationToken) =>
        PostAsync("prune", request, RequestJson.Default.PruneRequest, ApiJson.Default.PruneResult, cancellationToken);

    /// <summary>Stops and removes all sandboxes, warm images and caches.</summary>
    public Task ResetAsync(IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        _calls.OperateAsync(DaemonCalls.Post("reset"), progress, cancellationToken);

    /// <summary>What everything takes on the host.</summary>
    public Task<DiskUsage> GetDiskUsageAsync(CancellationToken cancellationToken) => GetAsync("df", ApiJson.Default.DiskUsage, cancellationToken);

    /// <summary>Agents that can be run.</summary>
    public Task<IReadOnlyList<AgentInfo>> ListAgentsAsync(CancellationToken cancellationToken) =>
        _calls.ReadAsync(DaemonCalls.Get("agents"), AgentReading.List, cancellationToken);

    /// <summary>Runs the checks of <c>doctor</c> that need the daemon.</summary>
    public Task<DiagnosticReport> DiagnoseAsync(CancellationToken cancellationToken) =>
        GetAsync("doctor", ApiJson.Default.DiagnosticReport, cancellationToken);

    /// <summary>Starts a process in a sandbox, starting the sandbox when it is stopped.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public async Task<ExecSession> ExecAsync(string name, ExecRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = DaemonCalls.Get($"{Of(name)}/exec") with { Upgrade = DaemonHeaders.ExecProtocol };
        var response = await _calls.SendAsync(call, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!response.IsUpgraded)
                throw new SbxException(ErrorCode.Daemon, "the daemon did not open an exec stream", "restart it: sbx daemon stop");
            await JsonFraming.WriteAsync(response.Body, request, ExecRequestJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
            return new ExecSession(response.Body);
        }
        catch (Exception e)
        {
            response.Dispose();
            throw e is IOException ? DaemonCalls.Lost(e) : e;
        }
    }

    /// <summary>Starts the sandbox's agent without a session; it runs on by itself.</summary>
    public Task StartAgentAsync(string name, ExecRequest request, CancellationToken cancellationToken) =>
        PostAsync($"{Of(name)}/detached", request, ExecRequestJson.Default.ExecRequest, cancellationToken);

    /// <summary>Packs a file or directory of the sandbox as a tar stream. Dispose the stream.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="path">Absolute path in the sandbox.</param>
    /// <param name="followLink">Whether a link at the end of the path is followed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Stream> GetArchiveAsync(string name, string path, bool followLink, CancellationToken cancellationToken)
    {
        var call = DaemonCalls.Get($"{Of(name)}/archive?path={Uri.EscapeDataString(path)}&follow={(followLink ? "true" : "false")}");
        return (await _calls.SendAsync(call, cancellationToken).ConfigureAwait(false)).Body;
    }

    /// <summary>Unpacks a tar stream into a directory of the sandbox.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="directory">Absolute path of an existing directory in the sandbox.</param>
    /// <param name="archive">The tar bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PutArchiveAsync(string name, string directory, Stream archive, CancellationToken cancellationToken)
    {
        var call = DaemonCalls.Of("PUT", $"{Of(name)}/archive?path={Uri.EscapeDataString(directory)}") with { Upload = archive };
        await _calls.DoAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does nothing: every call has a connection of its own.</summary>
    public void Dispose()
    {
    }

    private static string Of(string name) => $"sandboxes/{Uri.EscapeDataString(name)}";

    internal Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => _calls.ReadAsync(DaemonCalls.Get(path), type, cancellationToken);

    internal Task PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        _calls.DoAsync(DaemonCalls.Post(path, body, type), cancellationToken);

    internal Task PostAsync(string path, CancellationToken cancellationToken) => _calls.DoAsync(DaemonCalls.Post(path), cancellationToken);

    internal Task<TResult> PostAsync<T, TResult>(
        string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken)
        where TResult : class => _calls.ReadAsync(DaemonCalls.Post(path, body, type), resultType, cancellationToken);

    internal Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _calls.DoAsync(DaemonCalls.Of("PUT", path) with { Content = body, ContentType = "application/octet-stream" }, cancellationToken);

    internal Task DeleteAsync(string path, CancellationToken cancellationToken) => _calls.DoAsync(DaemonCalls.Of("DELETE", path), cancellationToken);

    internal IAsyncEnumerable<T> LinesAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => _calls.LinesAsync(DaemonCalls.Get(path), type, cancellationToken);
}
