using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Sbx.Agent.Models.Wire;

/// <summary>Says in one or two lines what a provider's failure means and what to do about it.</summary>
internal static class ProviderErrors
{
    private static readonly string[] OverflowSigns =
        ["context_length_exceeded", "context length", "context window", "prompt is too long", "too many tokens", "exceeds the maximum number of tokens", "input token count"];

    public static async Task<ModelException> OfResponseAsync(ProviderEndpoint endpoint, HttpResponseMessage response, int maxBody, CancellationToken cancel)
    {
        var text = await BodyAsync(response, maxBody, cancel).ConfigureAwait(false);
        return Of(endpoint, response.StatusCode, MessageOf(text), RetryAfter(response));
    }

    /// <summary>An error that arrives as an event of a stream.</summary>
    public static ModelException OfEvent(ProviderEndpoint endpoint, JsonElement error)
    {
        var kind = Text(error, "type") ?? Text(error, "code") ?? Text(error, "status") ?? "error";
        var message = $"{endpoint.Name}: {Text(error, "message") ?? kind}";
        if (IsOverflow(message) || IsOverflow(kind)) return new ModelException(ModelFailure.ContextOverflow, message);
        var passing = kind is "overloaded_error" or "api_error" or "server_error" or "internal_error" or "INTERNAL" or "UNAVAILABLE";
        var limited = kind.Contains("rate_limit", StringComparison.Ordinal) || kind == "RESOURCE_EXHAUSTED";
        return new ModelException(limited ? ModelFailure.RateLimited : passing ? ModelFailure.Passing : ModelFailure.Refused, message);
    }

    public static ModelException OfConnection(ProviderEndpoint endpoint, Exception e)
    {
        var reason = e switch
        {
            OperationCanceledException => "no answer in time",
            HttpRequestException { InnerException: SocketException socket } => socket.Message,
            HttpRequestException { InnerException: System.Security.Authentication.AuthenticationException } => "its certificate is not trusted; SSL_CERT_FILE names the file of trusted authorities",
            _ => e.Message,
        };
        // Trust does not come by waiting.
        var failure = e is HttpRequestException { InnerException: System.Security.Authentication.AuthenticationException } ? ModelFailure.Refused : ModelFailure.Passing;
        return new ModelException(failure, $"{endpoint.Name} at {endpoint.BaseUrl}: {reason}", inner: e);
    }

    private static ModelException Of(ProviderEndpoint endpoint, HttpStatusCode status, string said, TimeSpan? retryAfter)
    {
        var code = (int)status;
        var answer = said.Length == 0 ? "" : $": {said}";
        return code switch
        {
            401 => new ModelException(ModelFailure.Refused, $"{endpoint.Name} does not accept the key (401){answer}\n  {endpoint.KeyHint()}"),
            403 => new ModelException(ModelFailure.Refused, $"{endpoint.Name} refused the request (403){answer}"),
            404 => new ModelException(ModelFailure.Refused, $"{endpoint.Name} knows no such model or address (404){answer}"),
            408 or 409 => new ModelException(ModelFailure.Passing, $"{endpoint.Name} answered {code}{answer}", retryAfter),
            429 => new ModelException(ModelFailure.RateLimited, $"{endpoint.Name} takes no more requests for now (429){answer}", retryAfter),
            413 => new ModelException(ModelFailure.ContextOverflow, $"{endpoint.Name} found the request too large (413){answer}"),
            >= 500 => new ModelException(ModelFailure.Passing, $"{endpoint.Name} failed ({code}){answer}", retryAfter),
            _ when IsOverflow(said) => new ModelException(ModelFailure.ContextOverflow, $"{endpoint.Name}: the conversation is too long for the model{answer}"),
            _ => new ModelException(ModelFailure.Refused, $"{endpoint.Name} refused the request ({code}){answer}"),
        };
    }

    private static bool IsOverflow(string text) => OverflowSigns.Any(sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase));

    private static async Task<string> BodyAsync(HttpResponseMessage response, int max, CancellationToken cancel)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            var buffer = new byte[max];
            var length = await stream.ReadAtLeastAsync(buffer, max, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    // {"error":{"message":…}}, {"error":"…"}, {"message":…}, [{"error":…}] or anything else.
    private static string MessageOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
            {
                if (error.ValueKind == JsonValueKind.String) return OneLine(error.GetString()!);
                var message = Text(error, "message") ?? "";
                var code = Text(error, "code") ?? Text(error, "type");
                return OneLine(message.Length > 0 ? message + (code is "context_length_exceeded" ? $" ({code})" : "") : code ?? "");
            }

            return OneLine(Text(root, "message") ?? Text(root, "detail") ?? "");
        }
        catch (JsonException)
        {
            return OneLine(body);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 500 ? line : line[..497] + "...";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) && ms is >= 0 and < 1e8) return TimeSpan.FromMilliseconds(ms);
        return response.Headers.RetryAfter?.Delta;
    }
}
