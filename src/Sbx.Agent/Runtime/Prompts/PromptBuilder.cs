using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Sessions;

namespace Sbx.Agent.Runtime.Prompts;

/// <summary>Puts together what a model is sent: what never changes first, so that providers can keep it in their cache.</summary>
internal sealed class PromptBuilder(TeamDefinition team, string directory, IReadOnlyList<string> extraFiles, string home, TimeProvider time)
{
    private const int MaxFile = 256 << 10;

    public List<ChatMessage> Build(AgentDefinition agent, Conversation conversation, IEnumerable<string> toolInstructions)
    {
        var messages = new List<ChatMessage>();
        Add(messages, agent.Instruction);
        Add(messages, Members(agent.SubAgents, """
            You can give tasks to these agents with transfer_task:
            {0}
            Give a task to the agent whose description fits it best, with everything it needs to know: it does not see this conversation. Only these names are valid: {1}. What you can do best yourself, do yourself.
            """));
        Add(messages, Members(agent.Handoffs, """
            You can hand this conversation over with handoff to one of these agents, who sees all of it and answers in your place:
            {0}
            Only these names are valid: {1}.
            """));
        Add(messages, string.Join("\n\n", toolInstructions.Where(text => text.Length > 0)));
        foreach (var file in agent.AddPromptFiles) foreach (var path in PromptFiles.Find(file, directory, home)) AddFile(messages, path);
        foreach (var file in extraFiles) AddFile(messages, Path.GetFullPath(file, directory));
        if (agent.AddEnvironmentInfo) Add(messages, Environment());
        if (agent.AddDate) Add(messages, $"Today is {time.GetLocalNow().ToString("yyyy-MM-dd (dddd)", CultureInfo.InvariantCulture)}.");
        Add(messages, conversation.HookContext);
        messages.AddRange(History.Of(conversation.Messages, agent.NumHistoryItems));
        return messages;
    }

    private static void Add(List<ChatMessage> messages, string text)
    {
        if (!string.IsNullOrWhiteSpace(text)) messages.Add(new ChatMessage(ChatRole.System, text.Trim()));
    }

    private static void AddFile(List<ChatMessage> messages, string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: <= MaxFile }) Add(messages, $"From {path}:\n\n{File.ReadAllText(path)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read is as good as none.
        }
    }

    private string Members(IReadOnlyList<string> names, string format)
    {
        var members = team.Agents.Where(agent => names.Contains(agent.Name)).ToList();
        if (members.Count == 0) return "";
        var list = string.Join('\n', members.Select(member => $"- {member.Name}: {member.Description}"));
        return string.Format(CultureInfo.InvariantCulture, format, list, string.Join(", ", members.Select(member => member.Name)));
    }

    private string Environment()
    {
        var git = Directory.Exists(Path.Combine(directory, ".git")) || File.Exists(Path.Combine(directory, ".git"));
        return new StringBuilder("<env>\n")
            .Append("Working directory: ").Append(directory).Append('\n')
            .Append("Is a git repository: ").Append(git ? "Yes" : "No").Append('\n')
            .Append("Operating system: ").Append(RuntimeInformation.OSDescription).Append('\n')
            .Append("CPU architecture: ").Append(RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()).Append('\n')
            .Append("</env>").ToString();
    }
}
