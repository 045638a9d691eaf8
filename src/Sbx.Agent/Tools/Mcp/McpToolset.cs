using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models;

namespace Sbx.Agent.Tools.Mcp;

/// <summary>Tools of an MCP server: started as a process (stdio) or reached over HTTP (streamable or SSE), when first needed.</summary>
internal sealed class McpToolset(ToolsetDefinition definition, string directory, HttpClient http, Func<string, string?> environment, Func<string, JsonObject?, CancellationToken, Task<PromptAnswer>> ask) : IToolset
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private McpClient? _client;
    private IReadOnlyList<ITool>? _tools;

    public string Instructions => _client?.ServerInstructions ?? "";

    private string Name => definition.Name ?? definition.Command ?? definition.Remote?.Url ?? "mcp";

    /// <exception cref="ToolsetException">The server cannot be started or reached.</exception>
    public async Task<IReadOnlyList<ITool>> ToolsAsync(CancellationToken cancel)
    {
        if (definition.Ref is not null)
            throw new ToolsetException($"the catalog server '{definition.Ref}' needs the host's MCP gateway, which this sandbox does not have yet; give 'command' or 'remote' instead");
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _tools ??= await ConnectAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<IReadOnlyList<ITool>> ConnectAsync(CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(StartLimit);
        try
        {
            _client = await McpClient.CreateAsync(Transport(), Options(), cancellationToken: timeout.Token).ConfigureAwait(false);
            var listed = await _client.ListToolsAsync(cancellationToken: timeout.Token).ConfigureAwait(false);
            return [.. listed.Select(tool => new FunctionTool(Spec(tool), (input, token) => CallAsync(tool, input, token)))];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ToolsetException($"MCP server '{Name}' did not answer within {StartLimit.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ToolsetException($"MCP server '{Name}': {e.Message}", e);
        }
    }

    private McpClientOptions Options() => new()
    {
        ClientInfo = new Implementation { Name = "docker-agent", Version = "0.1.0" },
        Handlers = new McpClientHandlers { ElicitationHandler = ElicitAsync },
    };

    private IClientTransport Transport()
    {
        if (definition.Remote is { } remote)
            return new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri(EnvironmentText.Expand(remote.Url, environment)),
                TransportMode = remote.TransportType switch { "sse" => HttpTransportMode.Sse, null => HttpTransportMode.AutoDetect, _ => HttpTransportMode.StreamableHttp },
                AdditionalHeaders = remote.Headers.ToDictionary(pair => pair.Key, pair => EnvironmentText.Expand(pair.Value, environment)),
                Name = Name,
            }, http, ownsHttpClient: false);
        return new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = definition.Command!,
            Arguments = [.. definition.Args.Select(argument => EnvironmentText.Expand(argument, environment))],
            WorkingDirectory = directory,
            EnvironmentVariables = definition.Env.ToDictionary(pair => pair.Key, pair => (string?)EnvironmentText.Expand(pair.Value, environment)),
            Name = Name,
        });
    }

    private ToolSpec Spec(McpClientTool tool) => new(
        tool.Name, tool.Description, JsonNode.Parse(tool.JsonSchema.GetRawText()) as JsonObject ?? [], tool.ProtocolTool.Annotations?.ReadOnlyHint == true) { Server = Name };

    private static async Task<ToolResult> CallAsync(McpClientTool tool, ToolInput input, CancellationToken cancel)
    {
        try
        {
            var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in input.All) arguments[name] = ToElement(value);
            var result = await tool.CallAsync(arguments, cancellationToken: cancel).ConfigureAwait(false);
            var text = new StringBuilder();
            foreach (var block in result.Content) text.Append(block is TextContentBlock some ? some.Text : $"[{block.Type}]").Append('\n');
            return new ToolResult(ToolText.Limit(text.ToString().TrimEnd()), result.IsError == true);
        }
        catch (Exception e) when (e is McpException or IOException or HttpRequestException)
        {
            return ToolResult.Error(e.Message);
        }
    }

    private async ValueTask<ElicitResult> ElicitAsync(ElicitRequestParams? request, CancellationToken cancel)
    {
        if (request is null) return new ElicitResult { Action = "cancel" };
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        foreach (var (name, property) in request.RequestedSchema?.Properties ?? new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>())
            ((JsonObject)schema["properties"]!)[name] = new JsonObject { ["type"] = property.Type, ["description"] = property.Description };
        var answer = await ask(request.Message, schema, cancel).ConfigureAwait(false);
        return new ElicitResult
        {
            Action = answer.Action,
            Content = answer.Content?.ToDictionary(pair => pair.Key, pair => ToElement(pair.Value)),
        };
    }

    private static JsonElement ToElement(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToText() ?? "null");
        return document.RootElement.Clone();
    }
}

/// <summary>A toolset cannot be had; the agent works without it.</summary>
internal sealed class ToolsetException(string message, Exception? inner = null) : Exception(message, inner);
