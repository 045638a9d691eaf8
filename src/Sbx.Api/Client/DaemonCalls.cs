using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Api.Contracts;
using Sbx.Api.Contracts.Reading;
using Sbx.Api.Errors;
using Sbx.Api.Http;

namespace Sbx.Api.Client;

/// <summary>Calls of the daemon's API: sends, replaces a daemon of another build, turns refusals into exceptions. Thread-safe.</summary>
internal sealed class DaemonCalls
{
    private const int MaxAnswer = 64 * 1024 * 1024;

    private readonly DaemonLauncher _launcher;
    private readonly List<HttpField> _fields;

    public DaemonCalls(SbxClientOptions options)
    {
        _launcher = new DaemonLauncher(options);
        _fields = [new HttpField(DaemonHeaders.ApiVersion, ApiVersions.Current.ToString(CultureInfo.InvariantCulture))];
        if (options.Build is not null)
            _fields.Add(new HttpField(DaemonHeaders.Build, options.Build));
    }

    /// <summary>A request without a body.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below the API's root, escaped.</param>
    public static HttpRequest Of(string method, string path) => new(method, "/v1/" + path);

    /// <summary>A GET.</summary>
    public static HttpRequest Get(string path) => Of("GET", path);

    /// <summary>A POST without a body.</summary>
    public static HttpRequest Post(string path) => Of("POST", path);

    /// <summary>A POST of a document.</summary>
    public static HttpRequest Post<T>(string path, T body, JsonTypeInfo<T> type) => Post(path) with { Content = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>The error of a connection that broke.</summary>
    public static SbxException Lost(Exception? inner) =>
        new(ErrorCode.Daemon, "the connection to the sbx daemon was lost", "run the command again; 'sbx daemon logs' tells why", inner);

    /// <summary>Waits until a daemon has ended.</summary>
    public static async Task WaitForEndAsync(int processId, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 1500; i++)
        {
            if (ProcessEnd.HasEnded(processId))
                return;
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }

        throw new SbxException(ErrorCode.Timeout, $"the daemon (process {processId}) did not end within 30 s", $"end it: kill {processId}");
    }

    /// <summary>Sends a request; the response, which the caller disposes, is a success or a change of protocol.</summary>
    public async Task<HttpResponse> SendAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Head.Single(DaemonHeaders.Superseded) is { } process)
        {
            // An idle daemon of another build steps down before it has touched the request, so the same request can be sent again.
            response.Dispose();
            if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw Lost(null);
            await WaitForEndAsync(id, cancellationToken).ConfigureAwait(false);
            response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (response.IsSuccess || response.IsUpgraded)
            return response;
        using (response)
            throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request whose answer has no content.</summary>
    public async Task DoAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request whose answer is a document.</summary>
    public Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => ReadAsync(request, json => JsonSerializer.Deserialize(json, type) ?? throw new JsonException("the answer is null"), cancellationToken);

    /// <summary>Sends a request whose answer is a document that is read by hand.</summary>
    public async Task<T> ReadAsync<T>(HttpRequest request, DocumentReading<T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return read(await response.ReadToEndAsync(MaxAnswer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            throw Lost(e);
        }
    }

    /// <summary>Sends a request whose answer is one document a line, until the daemon ends it.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(HttpRequest request, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var reader = new LineReader(response.Body);
        while (await NextAsync(reader, json => JsonSerializer.Deserialize(json, type)!, cancellationToken).ConfigureAwait(false) is { } item)
            yield return item;
    }

    /// <summary>Sends a request whose answer is one event a line; the last one is the result or the failure.</summary>
    public async Task<SandboxInfo?> OperateAsync(HttpRequest request, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var reader = new LineReader(response.Body);
        while (await NextAsync(reader, OperationReading.Event, cancellationToken).ConfigureAwait(false) is { } step)
        {
            if (step.Error is not null)
                throw step.Error.ToException();
            if (step.Done || step.Sandbox is not null)
                return step.Sandbox;
            progress?.Report(step);
        }

        throw Lost(null);
    }

    private static async Task<T?> NextAsync<T>(LineReader reader, DocumentReading<T> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line ? read(line) : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            throw Lost(e);
        }
    }

    private async Task<HttpResponse> SendOnceAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var connection = await _launcher.ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await HttpExchange.SendAsync(connection, request, _fields, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Lost(e);
        }
    }

    private static async Task<SbxException> RefusalAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            return OperationReading.Error(await response.ReadToEndAsync(MaxAnswer, cancellationToken).ConfigureAwait(false)).ToException();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            // Not one of ours; told as what it is.
            return new SbxException(
                ErrorCode.Daemon, $"the daemon answered {response.Head.Status}", "another program may be using its socket: sbx daemon status", e);
        }
    }
}

/// <summary>Reads a whole document.</summary>
internal delegate T DocumentReading<out T>(ReadOnlySpan<byte> json)
    where T : class;
