using System.Text;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Models;

/// <summary>Puts the pieces of a streamed answer together.</summary>
internal sealed class ModelAnswer
{
    private sealed class PartialCall(ToolCallStarted started)
    {
        public ToolCallStarted Started { get; } = started;

        public StringBuilder Arguments { get; } = new();
    }

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly SortedDictionary<int, PartialCall> _calls = [];
    private string? _signature;
    private Usage? _usage;

    public FinishReason Reason { get; private set; }

    public Usage? Usage => _usage;

    public void Add(ModelEvent happened)
    {
        switch (happened)
        {
            case TextDelta text: _text.Append(text.Text); break;
            case ReasoningDelta thought: _reasoning.Append(thought.Text); break;
            case ReasoningSigned signed: _signature = signed.Signature; break;
            case ToolCallStarted started: _calls[started.Index] = new PartialCall(started); break;
            case ToolCallArguments arguments when _calls.TryGetValue(arguments.Index, out var call): call.Arguments.Append(arguments.Delta); break;
            case UsageReported reported: _usage = reported.Usage; break;
            case AnswerFinished finished: Reason = finished.Reason; break;
        }
    }

    public ChatMessage ToMessage(string agent, string model) => new(ChatRole.Assistant, _text.ToString())
    {
        ToolCalls = [.. _calls.Values.Where(call => call.Started.Name.Length > 0)
            .Select(call => new ToolCall(call.Started.Id, call.Started.Name, call.Arguments.Length == 0 ? "{}" : call.Arguments.ToString(), call.Started.Signature))],
        Reasoning = _reasoning.Length > 0 ? _reasoning.ToString() : null,
        ReasoningSignature = _signature,
        Agent = agent,
        Model = model,
        Usage = _usage,
    };
}
