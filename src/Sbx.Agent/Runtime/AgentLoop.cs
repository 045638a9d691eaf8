using Sbx.Agent.Chat;
using Sbx.Agent.Models;
using Sbx.Agent.Runtime.Prompts;
using Sbx.Agent.Sessions;
using Sbx.Agent.Tools.Team;

namespace Sbx.Agent.Runtime;

/// <summary>Asks the model, runs the tools it calls, and asks again, until it answers without calling any.</summary>
internal sealed class AgentLoop(TeamRuntime runtime, ModelPool pool, PromptBuilder prompts, ToolDispatcher dispatcher, IUserInterface ui)
{
    /// <summary>Part of the model's context that may be full before the conversation is summed up.</summary>
    private const double CompactAt = 0.9;

    private const int MoreIterations = 10;

    public async Task<bool> RunAsync(Conversation conversation, CancellationToken cancel)
    {
        var iterations = 0;
        var allowed = runtime.Agent(conversation.Agent).Definition.MaxIterations;
        string? turnModel = null;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var agent = runtime.Agent(conversation.Agent);
            if (allowed > 0 && iterations >= allowed)
            {
                await ui.ShowAsync(new IterationsReached(agent.Definition.Name, allowed), cancel).ConfigureAwait(false);
                if (!await ui.ContinueAsync(agent.Definition.Name, iterations, cancel).ConfigureAwait(false)) return false;
                allowed += MoreIterations;
            }

            iterations++;
            var message = await AskAsync(conversation, agent, turnModel ?? agent.NextModel(), cancel).ConfigureAwait(false);
            if (message.ToolCalls.Count == 0) return true;

            var current = conversation.Agent;
            using var scope = TeamCalls.Enter(conversation);
            turnModel = await dispatcher.RunAsync(conversation, agent, message.ToolCalls, cancel).ConfigureAwait(false);
            if (conversation.Agent != current) (iterations, allowed, turnModel) = (0, runtime.Agent(conversation.Agent).Definition.MaxIterations, null);
        }
    }

    /// <summary>Puts a summary in place of the conversation so far.</summary>
    public async Task CompactAsync(Conversation conversation, CancellationToken cancel)
    {
        var agent = runtime.Agent(conversation.Agent);
        await ui.ShowAsync(new Compacting(agent.Definition.Name, conversation.Id, Begins: true, null), cancel).ConfigureAwait(false);
        var request = new ModelRequest(Summaries.Request(conversation.Messages), []);
        var (answer, client) = await pool.AskAsync(agent.Definition, agent.FirstModel, null, request, _ => ValueTask.CompletedTask, cancel).ConfigureAwait(false);
        var summary = answer.ToMessage(agent.Definition.Name, client.Reference).Text;
        Count(conversation, client.Reference, answer.Usage);
        conversation.Context = 0;
        await runtime.AddAsync(conversation, Summaries.Message(summary), cancel).ConfigureAwait(false);
        await ui.ShowAsync(new Compacting(agent.Definition.Name, conversation.Id, Begins: false, summary), cancel).ConfigureAwait(false);
    }

    private async Task<ChatMessage> AskAsync(Conversation conversation, TeamAgent agent, string model, CancellationToken cancel)
    {
        var name = agent.Definition.Name;
        var tools = await agent.ToolsAsync(message => ui.ShowAsync(new Warned(name, message), cancel), cancel).ConfigureAwait(false);
        var limit = ModelPrices.ContextOf(runtime.Catalog.Define(model).Reference);
        if (limit is { } size && conversation.Context > size * CompactAt) await CompactAsync(conversation, cancel).ConfigureAwait(false);
        for (var compacted = false; ; compacted = true)
        {
            var request = new ModelRequest(prompts.Build(agent.Definition, conversation, agent.Instructions), [.. tools.Values.Select(tool => tool.Tool.Spec)])
            {
                Output = agent.Definition.StructuredOutput,
            };
            var lastUser = conversation.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text;
            try
            {
                var (answer, client) = await pool.AskAsync(agent.Definition, model, lastUser, request, happened => ShowAsync(conversation, name, happened, cancel), cancel).ConfigureAwait(false);
                var message = answer.ToMessage(name, client.Reference);
                if (answer.Usage is { } usage) message = message with { Usage = Count(conversation, client.Reference, usage) };
                await runtime.AddAsync(conversation, message, cancel).ConfigureAwait(false);
                await ui.ShowAsync(new UsageChanged(name, conversation.Id, conversation.Usage, conversation.Context, ModelPrices.ContextOf(client.Reference)), cancel).ConfigureAwait(false);
                if (answer.Reason == FinishReason.Length) await ui.ShowAsync(new Warned(name, "the answer was cut at the model's limit of tokens (max_tokens)"), cancel).ConfigureAwait(false);
                if (answer.Reason == FinishReason.Filtered) await ui.ShowAsync(new Warned(name, "the provider's filter ended the answer"), cancel).ConfigureAwait(false);
                return message;
            }
            catch (ModelException e) when (e.Failure == ModelFailure.ContextOverflow && !compacted && conversation.Messages.Count > 1)
            {
                await CompactAsync(conversation, cancel).ConfigureAwait(false);
            }
        }
    }

    private static Usage? Count(Conversation conversation, string model, Usage? usage)
    {
        if (usage is null) return null;
        var priced = ModelPrices.Price(model, usage);
        conversation.Usage += priced;
        conversation.Context = priced.Context;
        return priced;
    }

    private ValueTask ShowAsync(Conversation conversation, string agent, ModelEvent happened, CancellationToken cancel) => happened switch
    {
        TextDelta text => ui.ShowAsync(new Said(agent, conversation.Id, text.Text), cancel),
        ReasoningDelta thought => ui.ShowAsync(new Thought(agent, conversation.Id, thought.Text), cancel),
        ToolCallStarted started => ui.ShowAsync(new ToolAnnounced(agent, started.Id, started.Name), cancel),
        AnswerRestarted restarted => ui.ShowAsync(new Restarted(agent, restarted.Reason, restarted.HadOutput), cancel),
        FellBack fell => ui.ShowAsync(new ModelFellBack(agent, fell.From, fell.To, fell.Reason), cancel),
        _ => ValueTask.CompletedTask,
    };
}
