using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models;

namespace Sbx.Agent.Tools.Web;

/// <summary>The toolset <c>api</c>: one HTTP request as a tool.</summary>
internal sealed partial class ApiTool(ApiDefinition api, HttpClient http, Func<string, string?> environment)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static IToolset Create(ApiDefinition api, HttpClient http, Func<string, string?> environment)
    {
        var tool = new ApiTool(api, http, environment);
        var parameters = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = api.Args.DeepClone(),
            ["required"] = new JsonArray([.. api.Required.Select(name => JsonValue.Create(name))]),
        };
        return new StaticToolset("", [new FunctionTool(new ToolSpec(api.Name, api.Instruction ?? $"{api.Method} {api.Endpoint}", parameters, ReadOnly: api.Method == "GET"), tool.CallAsync)]);
    }

    private async Task<ToolResult> CallAsync(ToolInput input, CancellationToken cancel)
    {
        foreach (var name in api.Required) if (input.All[name] is null) return ToolResult.Error($"argument '{name}' is missing");
        // What the model fills in is encoded, so that it cannot leave its place in the address.
        var address = Argument().Replace(EnvironmentVariable().Replace(api.Endpoint, match => environment(match.Groups[1].Value) ?? ""),
            match => Uri.EscapeDataString(input.OptionalText(match.Groups[1].Value) ?? ""));
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return ToolResult.Error($"{address} is no HTTP address");
        using var request = new HttpRequestMessage(new HttpMethod(api.Method), uri);
        if (api.Method is not ("GET" or "DELETE")) request.Content = new ByteArrayContent(input.All.ToBytes()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in api.Headers)
            if (!name.Equals("content-type", StringComparison.OrdinalIgnoreCase)) request.Headers.TryAddWithoutValidation(name, EnvironmentText.Expand(value, environment));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(Limit);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            var text = ToolText.Decode(await FetchTool.ReadAsync(response, timeout.Token).ConfigureAwait(false)) ?? "(not text)";
            return new ToolResult(ToolText.Limit(response.IsSuccessStatusCode ? text : $"{(int)response.StatusCode} {response.ReasonPhrase}\n{text}"), !response.IsSuccessStatusCode);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ToolResult.Error($"{uri.Host} did not answer within {Limit.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ToolResult.Error($"{uri.Host}: {e.Message}");
        }
    }

    [GeneratedRegex(@"\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex EnvironmentVariable();

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Argument();
}
