using Sbx.Agent.Chat;

namespace Sbx.Agent.Runtime.Prompts;

/// <summary>Sums a conversation up when it grows too long for its model.</summary>
internal static class Summaries
{
    private const int MaxToolText = 2000;
    private const int MaxMessages = 400;

    public static List<ChatMessage> Request(IReadOnlyList<ChatMessage> messages)
    {
        var request = new List<ChatMessage>
        {
            new(ChatRole.System, "You sum up a conversation between a user and agents, so that the agents can go on from your summary alone. Keep: what the user wants, decisions and their reasons, what was done, names of files and commands that matter, what is left to do. Leave out pleasantries. Write plain text."),
        };
        var history = History.Of(messages, 0);
        request.AddRange(History.Of([.. history.TakeLast(MaxMessages).Select(Shorten)], 0));
        request.Add(new ChatMessage(ChatRole.User, "Sum up the conversation so far."));
        return request;
    }

    public static ChatMessage Message(string summary) => new(ChatRole.User, $"Summary of the conversation so far:\n\n{summary}") { IsSummary = true };

    private static ChatMessage Shorten(ChatMessage message)
    {
        var text = message.Role == ChatRole.Tool ? Tools.ToolText.Limit(message.Text, MaxToolText) : message.Text;
        // Arguments can be as long as results: files that were written.
        return message with { Text = text, Images = [], ToolCalls = [.. message.ToolCalls.Select(call => call.Arguments.Length <= MaxToolText ? call : call with { Arguments = "{}" })] };
    }
}
