using Sbx.Agent.Chat;

namespace Sbx.Agent.Sessions;

/// <summary>A conversation with a team, or a task given to one of its agents. Used by one turn at a time.</summary>
internal sealed class Conversation
{
    private readonly List<ChatMessage> _messages = [];

    public required string Id { get; init; }

    /// <summary>The conversation whose agent gave this one as a task.</summary>
    public string? ParentId { get; init; }

    /// <summary>The agent that answers next.</summary>
    public required string Agent { get; set; }

    public string Title { get; set; } = "";

    public required string Directory { get; init; }

    public Usage Usage { get; set; } = Usage.Zero;

    /// <summary>Tokens the last request took: how full the model is.</summary>
    public long Context { get; set; }

    /// <summary>Tools the user allowed for this session; "*" for all.</summary>
    public HashSet<string> Allowed { get; } = new(StringComparer.Ordinal);

    /// <summary>What hooks of the session's start had to say.</summary>
    public string HookContext { get; set; } = "";

    public IReadOnlyList<ChatMessage> Messages => _messages;

    public void Add(ChatMessage message) => _messages.Add(message);

    public string? LastAnswer => _messages.FindLast(message => message.Role == ChatRole.Assistant && message.Text.Length > 0)?.Text;
}
