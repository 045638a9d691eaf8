using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Models;

/// <summary>What is asked of a model.</summary>
internal sealed record ModelRequest(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<ToolSpec> Tools)
{
    public StructuredOutputDefinition? Output { get; init; }
}

/// <summary>One model at one provider. Safe for concurrent use.</summary>
internal interface IModelClient
{
    /// <summary>provider/model.</summary>
    string Reference { get; }

    /// <exception cref="ModelException">The provider refused, could not be reached, or broke off.</exception>
    IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, CancellationToken cancel);
}
