using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Protocol.Messages;

namespace Sbx.Api.Client;

/// <summary>
/// The engine's API: a client of the daemon, which it starts when none runs. Every failure is an <see cref="SbxException"/>.
/// Thread-safe.
/// </summary>
public sealed class SbxClient : IDisposable
{
    private readonly SbxClientOptions _options;
    private readonly HttpClient _http;

    /// <summary>Creates a client; connects at the first call.</summary>
    public SbxClient(SbxClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var launcher = new DaemonLauncher(options);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) => await launcher.ConnectAsync(cancellationToken).ConfigureAwait(false),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            BaseAddress = new Uri("http://sbx/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Add(DaemonHeaders.ApiVersion, ApiVersions.Current.ToString(CultureInfo.InvariantCulture));
        if (options.Build is not null)
            _http.DefaultRequestHeaders.Add(DaemonHeaders.Build, options.Build);
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
        await PostAsync("daemon/stop", new StopDaemonRequest(force), ApiJson.Default.StopDaemonRequest, cancellationToken).ConfigureAwait(false);
        await WaitForEndAsync(status.ProcessId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All sandboxes.</summary>
    public Task<SandboxList> ListAsync(CancellationToken cancellationToken) => GetAsync("sandboxes", ApiJson.Default.SandboxList, cancellationToken);

    /// <summary>One sandbox by name.</summary>
    /// <exception cref="SbxException">There is none of that name.</exception>
    public Task<SandboxInfo> GetAsync(string name, CancellationToken cancellationToken) =>
        GetAsync(Of(name), ApiJson.Default.SandboxInfo, cancellationToken);

    /// <summary>Creates a sandbox and starts its machine.</summary>
    public Task<SandboxInfo> CreateAsync(CreateSandboxRequest request, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        OperateAsync("sandboxes", JsonContent(request, ApiJson.Default.CreateSandboxRequest), progress, cancellationToken)!;

    /// <summary>Starts a stopped sandbox; does nothing when it runs.</summary>
    public Task<SandboxInfo> StartAsync(string name, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        OperateAsync($"{Of(name)}/start", null, progress, cancellationToken)!;

    /// <summary>Stops a sandbox in an orderly way; does nothing when it is stopped.</summary>
    public Task<SandboxInfo> StopAsync(string name, IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        OperateAsync($"{Of(name)}/stop", null, progress, cancellationToken)!;

    /// <summary>Removes a sandbox with its disk.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="force">Also when sessions are attached.</param>
    /// <param name="cancellationToken">Cancels the wait, not the removal.</param>
    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Of(name)}?force={(force ? "true" : "false")}");
        using var _ = await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes stopped sandboxes.</summary>
    public async Task<PruneResult> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        using var response = await PostForResponseAsync("prune", JsonContent(request, ApiJson.Default.PruneRequest), cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, ApiJson.Default.PruneResult, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops and removes all sandboxes, warm images and caches.</summary>
    public Task ResetAsync(IProgress<OperationEvent>? progress, CancellationToken cancellationToken) =>
        OperateAsync("reset", null, progress, cancellationToken);

    /// <summary>What everything takes on the host.</summary>
    public Task<DiskUsage> GetDiskUsageAsync(CancellationToken cancellationToken) => GetAsync("df", ApiJson.Default.DiskUsage, cancellationToken);

    /// <summary>Agents that can be run.</summary>
    public Task<IReadOnlyList<AgentInfo>> ListAgentsAsync(CancellationToken cancellationToken) =>
        GetAsync("agents", ApiJson.Default.IReadOnlyListAgentInfo, cancellationToken);

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
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{Of(name)}/exec") { Version = HttpVersion.Version11 };
        message.Headers.Connection.Add("Upgrade");
        message.Headers.Upgrade.Add(new ProductHeaderValue(DaemonHeaders.ExecProtocol));
        var response = await SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            response.Dispose();
            throw new SbxException(ErrorCode.Daemon, "the daemon did not open an exec stream", "restart it: sbx daemon stop");
        }

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await JsonFraming.WriteAsync(stream, request, ProtocolJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new ExecSession(stream, response);
    }

    /// <summary>Starts the sandbox's agent without a session; it runs on by itself.</summary>
    public Task StartAgentAsync(string name, ExecRequest request, CancellationToken cancellationToken) =>
        PostAsync($"{Of(name)}/detached", request, ProtocolJson.Default.ExecRequest, cancellationToken);

    /// <summary>Packs a file or directory of the sandbox as a tar stream. Dispose the stream.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="path">Absolute path in the sandbox.</param>
    /// <param name="followLink">Whether a link at the end of the path is followed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Stream> GetArchiveAsync(string name, string path, bool followLink, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{Of(name)}/archive?path={Uri.EscapeDataString(path)}&follow={(followLink ? "true" : "false")}");
        var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unpacks a tar stream into a directory of the sandbox.</summary>
    /// <param name="name">Sandbox.</param>
    /// <param name="directory">Absolute path of an existing directory in the sandbox.</param>
    /// <param name="archive">The tar bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PutArchiveAsync(string name, string directory, Stream archive, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Of(name)}/archive?path={Uri.EscapeDataString(directory)}")
        {
            Content = new StreamContent(archive),
        };
        using var _ = await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string Of(string name) => $"sandboxes/{Uri.EscapeDataString(name)}";

    internal async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    internal async Task PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var _ = await PostForResponseAsync(path, JsonContent(body, type), cancellationToken).ConfigureAwait(false);
    }

    internal async Task PostAsync(string path, CancellationToken cancellationToken)
    {
        using var _ = await PostForResponseAsync(path, null, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<TResult> PostAsync<T, TResult>(
        string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken)
    {
        using var response = await PostForResponseAsync(path, JsonContent(body, type), cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, resultType, cancellationToken).ConfigureAwait(false);
    }

    internal async Task PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ReadOnlyMemoryContent(body) };
        using var _ = await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    internal async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        using var _ = await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // One JSON value a line, until the daemon ends the answer.
    internal async IAsyncEnumerable<T> LinesAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw Lost(e);
            }

            if (line is null)
                yield break;
            yield return JsonSerializer.Deserialize(line, type)!;
        }
    }

    private async Task<HttpResponseMessage> PostForResponseAsync(string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // A long operation answers with one JSON event per line; the last one is the result or the failure.
    private async Task<SandboxInfo?> OperateAsync(
        string path, HttpContent? content, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        using var response = await PostForResponseAsync(path, content, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                var step = JsonSerializer.Deserialize(line, ApiJson.Default.OperationEvent)!;
                if (step.Error is not null)
                    throw step.Error.ToException();
                if (step.Done || step.Sandbox is not null)
                    return step.Sandbox;
                progress?.Report(step);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException)
        {
            throw Lost(e);
        }

        throw Lost(null);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.Headers.TryGetValues(DaemonHeaders.Superseded, out var pids))
            return await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);

        // An idle daemon of another build steps down before it has touched the request, so the same request can be sent again.
        var pid = int.Parse(pids.First(), CultureInfo.InvariantCulture);
        response.Dispose();
        await WaitForEndAsync(pid, cancellationToken).ConfigureAwait(false);
        using var again = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content, Version = request.Version };
        foreach (var header in request.Headers)
            again.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return await EnsureSuccessAsync(await SendOnceAsync(again, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is SbxException known)
        {
            throw known;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Lost(e);
        }
    }

    private static async Task<HttpResponseMessage> EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
            return response;
        using (response)
        {
            ErrorInfo? error = null;
            try
            {
                var json = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                error = JsonSerializer.Deserialize(json, ApiJson.Default.ErrorInfo);
            }
            catch (JsonException)
            {
                // Not one of ours; told as what it is below.
            }

            throw error?.ToException()
                ?? new SbxException(ErrorCode.Daemon, $"the daemon answered {(int)response.StatusCode}", "another program may be using its socket: sbx daemon status");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("the answer is null");
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException)
        {
            throw Lost(e);
        }
    }

    private static ByteArrayContent JsonContent<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static SbxException Lost(Exception? inner) =>
        new(ErrorCode.Daemon, "the connection to the sbx daemon was lost", "run the command again; 'sbx daemon logs' tells why", inner);

    private static async Task WaitForEndAsync(int processId, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 1500; i++)
        {
            if (ProcessEnd.HasEnded(processId))
                return;
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }

        throw new SbxException(ErrorCode.Timeout, $"the daemon (process {processId}) did not end within 30 s", $"end it: kill {processId}");
    }
}
