using Sbx.Agent.Chat;

namespace Sbx.Agent.Runtime.Prompts;

/// <summary>The part of a conversation that is sent, in a form every provider accepts: each call has its result, each result its call.</summary>
internal static class History
{
    public static List<ChatMessage> Of(IReadOnlyList<ChatMessage> messages, int limit)
    {
        var start = 0;
        for (var i = 0; i < messages.Count; i++) if (messages[i].IsSummary) start = i;
        if (limit > 0 && messages.Count - start > limit)
        {
            start = messages.Count - limit;
            // An answer of a tool without its call is no beginning.
            while (start < messages.Count && messages[start].Role == ChatRole.Tool) start++;
        }

        return Paired(messages.Skip(start));
    }

    private static List<ChatMessage> Paired(IEnumerable<ChatMessage> messages)
    {
        var result = new List<ChatMessage>();
        var open = new List<ToolCall>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.Tool)
            {
                if (open.RemoveAll(call => call.Id == message.ToolCallId) > 0) result.Add(message);
                continue;
            }

            Close(result, open);
            result.Add(message);
            open.AddRange(message.ToolCalls);
        }

        Close(result, open);
        return result;
    }

    // A call that was cut short never got a result.
    private static void Close(List<ChatMessage> result, List<ToolCall> open)
    {
        foreach (var call in open) result.Add(new ChatMessage(ChatRole.Tool, "(interrupted)") { ToolCallId = call.Id, ToolName = call.Name, IsError = true });
        open.Clear();
    }
}
