using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models;
using Sbx.Agent.Models.Wire;
using Sbx.Agent.Runtime.Hooks;
using Sbx.Agent.Runtime.Permissions;
using Sbx.Agent.Runtime.Prompts;
using Sbx.Agent.Sessions;

namespace Sbx.Agent.Runtime;

/// <summary>A team at work on one conversation after the other. One turn at a time.</summary>
internal sealed class TeamRuntime : IAsyncDisposable
{
    private readonly Dictionary<string, TeamAgent> _agents = new(StringComparer.Ordinal);
    private readonly IUserInterface _ui;
    private readonly SessionStore? _store;
    private readonly AgentLoop _loop;

    public TeamRuntime(TeamDefinition team, RuntimeOptions options, HttpClient http, IUserInterface ui, SessionStore? store, TimeProvider time)
    {
        Team = team;
        Options = options;
        _ui = ui;
        _store = store;
        Catalog = new ModelCatalog(team, new ProviderHttp(http, time), options.Environment);
        var toolsets = new ToolsetFactory(this, options, http, ui, time);
        foreach (var agent in team.Agents)
            _agents[agent.Name] = new TeamAgent(agent, toolsets.Create(agent)) { ModelOverride = options.Models.GetValueOrDefault(agent.Name) ?? options.Models.GetValueOrDefault("") };
        _loop = new AgentLoop(this, new ModelPool(Catalog, time), new PromptBuilder(team, options.Directory, options.PromptFiles, options.Paths.Home, time),
            new ToolDispatcher(this, new PermissionRules(team.Permissions), ui), ui);
        Yolo = options.Yolo;
    }

    public TeamDefinition Team { get; }

    public RuntimeOptions Options { get; }

    public ModelCatalog Catalog { get; }

    public bool Yolo { get; set; }

    public TeamAgent Agent(string name) => _agents[name];

    public bool Has(string name) => _agents.ContainsKey(name);

    public HookRunner Hooks(TeamAgent agent, Conversation conversation) => new(agent.Definition.Hooks, conversation.Id, Options.Directory);

    /// <summary>A new conversation, kept from its first message on.</summary>
    public Conversation NewConversation(string agent) => new() { Id = SessionStore.NewId(), Agent = agent, Directory = Options.Directory };

    /// <summary>Tells who will answer, and runs the hooks of a beginning session.</summary>
    public async Task BeginAsync(Conversation conversation, string source, CancellationToken cancel)
    {
        var agent = Agent(conversation.Agent);
        var tools = await agent.ToolsAsync(message => _ui.ShowAsync(new Warned(agent.Definition.Name, message), cancel), cancel).ConfigureAwait(false);
        var model = Catalog.Define(agent.FirstModel).Reference;
        await _ui.ShowAsync(new AgentReady(agent.Definition.Name, model, agent.Definition.Description, agent.Definition.WelcomeMessage, tools.Count), cancel).ConfigureAwait(false);
        foreach (var warning in Team.Warnings) await _ui.ShowAsync(new Warned(agent.Definition.Name, warning.ToString()), cancel).ConfigureAwait(false);
        var outcome = await Hooks(agent, conversation).SessionStartAsync(source, cancel).ConfigureAwait(false);
        conversation.HookContext = outcome.Output;
        foreach (var message in outcome.Messages.Append(outcome.Output).Where(text => text.Length > 0)) await _ui.ShowAsync(new Warned(agent.Definition.Name, message), cancel).ConfigureAwait(false);
    }

    /// <summary>Answers a message of the user. A failure is shown and answered with false; the conversation stays usable.</summary>
    public async Task<bool> SayAsync(Conversation conversation, string text, IReadOnlyList<ChatImage> images, CancellationToken cancel)
    {
        var agent = Agent(conversation.Agent).Definition;
        var prompt = await CommandExpander.ExpandAsync(agent, text, Options, cancel).ConfigureAwait(false);
        if (conversation.Title.Length == 0) conversation.Title = TitleOf(text);
        if (conversation.Messages.Count == 0 && _store is not null) await _store.CreateAsync(conversation, null, cancel).ConfigureAwait(false);
        await AddAsync(conversation, new ChatMessage(ChatRole.User, prompt) { Images = images }, cancel).ConfigureAwait(false);
        await _ui.ShowAsync(new UserSaid(agent.Name, conversation.Id, text), cancel).ConfigureAwait(false);
        return await RunAsync(conversation, cancel).ConfigureAwait(false);
    }

    /// <summary>Lets the agents work until they have answered.</summary>
    public async Task<bool> RunAsync(Conversation conversation, CancellationToken cancel)
    {
        await _ui.ShowAsync(new TurnStarted(conversation.Agent, conversation.Id), cancel).ConfigureAwait(false);
        try
        {
            return await _loop.RunAsync(conversation, cancel).ConfigureAwait(false);
        }
        catch (ModelException e)
        {
            await _ui.ShowAsync(new Failed(conversation.Agent, e.Message), cancel).ConfigureAwait(false);
            return false;
        }
        finally
        {
            await _ui.ShowAsync(new TurnStopped(conversation.Agent, conversation.Id), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a task to an agent, in a conversation of its own, and returns its answer.</summary>
    public async Task<(bool Done, string Answer)> DelegateAsync(Conversation parent, string agent, string task, CancellationToken cancel)
    {
        var conversation = new Conversation { Id = SessionStore.NewId(), ParentId = parent.Id, Agent = agent, Directory = Options.Directory, Title = TitleOf(task) };
        conversation.Allowed.UnionWith(parent.Allowed);
        if (_store is not null) await _store.CreateAsync(conversation, null, cancel).ConfigureAwait(false);
        await AddAsync(conversation, new ChatMessage(ChatRole.User, task), cancel).ConfigureAwait(false);
        await _ui.ShowAsync(new AgentSwitched(parent.Agent, parent.Agent, agent, Begins: true), cancel).ConfigureAwait(false);
        try
        {
            var done = await _loop.RunAsync(conversation, cancel).ConfigureAwait(false);
            return (done, conversation.LastAnswer ?? "(no answer)");
        }
        catch (ModelException e)
        {
            return (false, $"{agent} could not do it: {e.Message}");
        }
        finally
        {
            parent.Allowed.UnionWith(conversation.Allowed);
            parent.Usage += conversation.Usage;
            await _ui.ShowAsync(new AgentSwitched(parent.Agent, agent, parent.Agent, Begins: false), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the hooks that the user is waited for.</summary>
    public Task WaitsAsync(Conversation conversation, CancellationToken cancel) => Hooks(Agent(conversation.Agent), conversation).OnUserInputAsync(cancel);

    public Task CompactAsync(Conversation conversation, CancellationToken cancel) => _loop.CompactAsync(conversation, cancel);

    public async Task AddAsync(Conversation conversation, ChatMessage message, CancellationToken cancel)
    {
        conversation.Add(message);
        // What was said stays said, also when the turn is being cancelled.
        if (_store is not null) await _store.AppendAsync(conversation, cancel.IsCancellationRequested ? CancellationToken.None : cancel).ConfigureAwait(false);
    }

    public async Task EndAsync(Conversation conversation, string reason, CancellationToken cancel)
    {
        var agent = Agent(conversation.Agent);
        var outcome = await Hooks(agent, conversation).SessionEndAsync(reason, cancel).ConfigureAwait(false);
        foreach (var message in outcome.Messages.Append(outcome.Output).Where(text => text.Length > 0)) await _ui.ShowAsync(new Warned(agent.Definition.Name, message), cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents.Values) await agent.DisposeAsync().ConfigureAwait(false);
    }

    private static string TitleOf(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : line[..59] + "…";
    }
}
