using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Models.Wire;

/// <summary>
/// Sends a request and reads the events of its answer. Proxy (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) and CA (SSL_CERT_FILE,
/// SSL_CERT_DIR) are taken from the environment by the runtime's own client.
/// </summary>
internal sealed class ProviderHttp(HttpClient http, TimeProvider time)
{
    /// <summary>Silence of a stream after which it counts as broken.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(5);

    private const int MaxErrorBody = 64 << 10;

    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            AutomaticDecompression = DecompressionMethods.None,
        })
        { Timeout = Timeout.InfiniteTimeSpan };

    public async IAsyncEnumerable<JsonElement> StreamAsync(
        ProviderEndpoint endpoint, string path, IEnumerable<KeyValuePair<string, string>> headers, JsonObject body, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(state => ((CancellationTokenSource)state!).Cancel(), silence, MaxSilence, Timeout.InfiniteTimeSpan);
        using var response = await SendAsync(endpoint, path, headers, body, silence.Token, cancel).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using var events = SseReader.ReadAsync(stream, silence.Token).GetAsyncEnumerator(silence.Token);
        while (await NextAsync(endpoint, events, cancel).ConfigureAwait(false))
        {
            timer.Change(MaxSilence, Timeout.InfiniteTimeSpan);
            var data = events.Current.Data;
            if (data == "[DONE]") yield break;
            if (data.Length == 0) continue;
            var parsed = Parse(endpoint, data);
            if (parsed.ValueKind == JsonValueKind.Object) yield return parsed;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        ProviderEndpoint endpoint, string path, IEnumerable<KeyValuePair<string, string>> headers, JsonObject body, CancellationToken silence, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.BaseUrl + path);
        request.Content = new ByteArrayContent(body.ToBytes());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.UserAgent.ParseAdd("docker-agent-sbx/0.1");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return response;
            throw await ProviderErrors.OfResponseAsync(endpoint, response, MaxErrorBody, silence).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            response?.Dispose();
            cancel.ThrowIfCancellationRequested();
            if (e is ModelException) throw;
            throw ProviderErrors.OfConnection(endpoint, e);
        }
    }

    private static async Task<bool> NextAsync(ProviderEndpoint endpoint, IAsyncEnumerator<SseEvent> events, CancellationToken cancel)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw ProviderErrors.OfConnection(endpoint, e);
        }
    }

    private static JsonElement Parse(ProviderEndpoint endpoint, string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new ModelException(ModelFailure.Passing, $"{endpoint.Name} sent an event that is not JSON", inner: e);
        }
    }
}
