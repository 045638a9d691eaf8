using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Tools.Web;

/// <summary>The toolset <c>fetch</c>: reads pages.</summary>
internal sealed partial class FetchTool(HttpClient http, TimeSpan limit)
{
    private const int MaxBody = 1 << 20;

    public static IToolset Create(ToolsetDefinition definition, HttpClient http)
    {
        var fetch = new FetchTool(http, definition.Timeout ?? TimeSpan.FromSeconds(30));
        return new StaticToolset("Fetch: reads pages of the web; give several addresses in one call.",
        [
            new FunctionTool(new ToolSpec("fetch", "Reads what is at one or more HTTP or HTTPS addresses.", ToolSchema.Object(
                ToolSchema.Texts("urls", "The addresses"),
                ToolSchema.Choice("format", "text without markup, markdown, or html as it came", "text", "markdown", "html"),
                ToolSchema.Integer("timeout", "Seconds to wait for each")), ReadOnly: true), fetch.CallAsync),
        ]);
    }

    private async Task<ToolResult> CallAsync(ToolInput input, CancellationToken cancel)
    {
        var urls = input.Texts("urls");
        var wait = input.OptionalInteger("timeout") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 300)) : limit;
        var answers = await Task.WhenAll(urls.Take(20).Select(url => GetAsync(url, input.OptionalText("format") ?? "text", wait, cancel))).ConfigureAwait(false);
        return answers.Length == 1 ? answers[0]
            : new ToolResult(ToolText.Limit(string.Join("\n\n", answers.Zip(urls, (answer, url) => $"=== {url} ===\n{answer.Text}"))), answers.All(answer => answer.IsError));
    }

    private async Task<ToolResult> GetAsync(string url, string format, TimeSpan wait, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return ToolResult.Error($"{url} is no HTTP address");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(wait);
        try
        {
            using var response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            var body = await ReadAsync(response, timeout.Token).ConfigureAwait(false);
            var text = ToolText.Decode(body);
            if (text is null) return ToolResult.Error($"{url} is not text ({response.Content.Headers.ContentType?.MediaType ?? "unknown type"}, {body.Length} bytes)");
            var isHtml = response.Content.Headers.ContentType?.MediaType is { } type ? type.Contains("html", StringComparison.Ordinal) : text.TrimStart().StartsWith('<');
            if (isHtml && format != "html") text = Strip(text);
            return new ToolResult(ToolText.Limit(response.IsSuccessStatusCode ? text : $"{(int)response.StatusCode} {response.ReasonPhrase}\n{text}"), !response.IsSuccessStatusCode);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ToolResult.Error($"{url} did not answer within {wait.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ToolResult.Error($"{url}: {e.Message}");
        }
    }

    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[MaxBody];
        var length = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        // A character cut at the limit would make the whole look like no text.
        while (length == MaxBody && length > 0 && (buffer[length - 1] & 0xC0) == 0x80) length--;
        if (length > 0 && length >= MaxBody - 4 && buffer[length - 1] >= 0xC0) length--;
        return buffer[..length];
    }

    private static string Strip(string html)
    {
        html = Hidden().Replace(html, "");
        html = Heading().Replace(html, match => $"\n{new string('#', match.Groups[1].Value[0] - '0')} ");
        html = Item().Replace(html, "\n- ");
        html = Block().Replace(html, "\n");
        html = WebUtility.HtmlDecode(Tag().Replace(html, ""));
        var lines = html.Split('\n').Select(line => Spaces().Replace(line, " ").Trim());
        var text = new StringBuilder();
        var empty = true;
        foreach (var line in lines)
        {
            if (line.Length == 0 && empty) continue;
            empty = line.Length == 0;
            text.Append(line).Append('\n');
        }

        return text.ToString().Trim();
    }

    [GeneratedRegex(@"<(script|style|head|svg|noscript|template)\b[\s\S]*?</\1\s*>|<!--[\s\S]*?-->", RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"<h([1-6])\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<li\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Item();

    [GeneratedRegex(@"</?(p|div|br|tr|table|section|article|ul|ol|h[1-6]|pre|blockquote)\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Block();

    [GeneratedRegex(@"<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[ \t\r\f]+")]
    private static partial Regex Spaces();
}
