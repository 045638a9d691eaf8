using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.CommandLine;
using Sbx.Agent.Runtime;
using Sbx.Agent.Sessions;
using Sbx.Agent.Tools;

namespace Sbx.Agent.Headless;

/// <summary>Runs without a screen: what agents say goes to standard output, all else to standard error; or everything as JSON.</summary>
internal sealed class HeadlessInterface(RunOptions options, TextReader input, TextWriter output, TextWriter errors, bool canAsk, TimeProvider time) : IUserInterface, IDisposable
{
    private const int MaxShownResult = 600;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string _speaker = "";
    private bool _inLine;

    public async ValueTask ShowAsync(AgentEvent happened, CancellationToken cancel)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (options.Json)
            {
                if (JsonEvents.Write(happened, time.GetUtcNow()) is { } json) await output.WriteLineAsync(json.ToText()).ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
            else await TextAsync(happened).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The next thing the user types; null at the end of the input or after /exit.</summary>
    public async Task<string?> NextMessageAsync(TeamRuntime runtime, Conversation conversation, CancellationToken cancel)
    {
        await runtime.WaitsAsync(conversation, cancel).ConfigureAwait(false);
        while (true)
        {
            await NoteAsync("\n> ").ConfigureAwait(false);
            var line = (await input.ReadLineAsync(cancel).ConfigureAwait(false))?.Trim();
            switch (line)
            {
                case null or "/exit" or "/quit": return null;
                case "": continue;
                case "/compact":
                    if (conversation.Messages.Count > 0) await runtime.CompactAsync(conversation, cancel).ConfigureAwait(false);
                    continue;
                case "/yolo":
                    runtime.Yolo = !runtime.Yolo;
                    await NoteAsync(runtime.Yolo ? "tools run without asking\n" : "tools are asked for\n").ConfigureAwait(false);
                    continue;
                case "/cost":
                    var usage = conversation.Usage;
                    await NoteAsync(FormattableString.Invariant($"{usage.Input + usage.CachedInput + usage.CacheWrite} tokens in, {usage.Output} out, {(usage.Cost is { } cost ? $"${cost:0.0000}" : "cost not known")}\n")).ConfigureAwait(false);
                    continue;
                default: return line;
            }
        }
    }

    public async Task<Approval> ApproveAsync(string agent, ToolCall call, ToolSpec spec, CancellationToken cancel)
    {
        if (!canAsk || options.Json)
        {
            await ShowAsync(new Warned(agent, $"{call.Name} was not run: nobody can be asked here; allow it with --yolo or 'permissions'"), cancel).ConfigureAwait(false);
            return Approval.Deny;
        }

        await NoteAsync($"{agent} wants to call {call.Name} {Shorten(call.Arguments, 400)}\nAllow? [y]es, [a]lways {call.Name} in this session, [t]rust all, [n]o: ").ConfigureAwait(false);
        return (await input.ReadLineAsync(cancel).ConfigureAwait(false))?.Trim().ToLowerInvariant() switch
        {
            "y" or "yes" => Approval.Once,
            "a" => Approval.ToolForSession,
            "t" => Approval.AllForSession,
            _ => Approval.Deny,
        };
    }

    public async Task<PromptAnswer> AskAsync(string message, JsonObject? schema, CancellationToken cancel)
    {
        if (!canAsk || options.Json) return PromptAnswer.Cancel;
        var content = new JsonObject();
        if (schema?["properties"] is JsonObject { Count: > 0 } properties)
        {
            await NoteAsync(message + "\n").ConfigureAwait(false);
            foreach (var (name, property) in properties)
            {
                await NoteAsync($"{property?["description"]?.ToString() ?? name}: ").ConfigureAwait(false);
                if (await input.ReadLineAsync(cancel).ConfigureAwait(false) is not { } line) return PromptAnswer.Cancel;
                content[name] = PromptValues.Parse(line, property as JsonObject);
            }

            return new PromptAnswer("accept", content);
        }

        await NoteAsync($"{message}: ").ConfigureAwait(false);
        if (await input.ReadLineAsync(cancel).ConfigureAwait(false) is not { } answer) return PromptAnswer.Cancel;
        content["answer"] = PromptValues.Parse(answer, schema);
        return answer.Length == 0 ? new PromptAnswer("decline") : new PromptAnswer("accept", content);
    }

    public async Task<bool> ContinueAsync(string agent, int iterations, CancellationToken cancel)
    {
        if (!canAsk || options.Json) return false;
        await NoteAsync($"{agent} has called its model {iterations} times. Go on? [y]es, [n]o: ").ConfigureAwait(false);
        return (await input.ReadLineAsync(cancel).ConfigureAwait(false))?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    public void Dispose() => _gate.Dispose();

    private async Task TextAsync(AgentEvent happened)
    {
        switch (happened)
        {
            case Said said:
                if (_speaker != said.Agent && _speaker.Length > 0) await output.WriteAsync($"{(_inLine ? "\n" : "")}\n--- {said.Agent} ---\n").ConfigureAwait(false);
                _speaker = said.Agent;
                await output.WriteAsync(said.Text).ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                _inLine = !said.Text.EndsWith('\n');
                break;
            case TurnStarted when _speaker.Length == 0:
                _speaker = happened.Agent;
                break;
            case TurnStopped:
                await EndLineAsync().ConfigureAwait(false);
                break;
            case ToolCalled called when !options.HideToolCalls:
                await NoteAsync($"[{called.Agent}] {called.Call.Name} {Shorten(called.Call.Arguments, 200)}\n").ConfigureAwait(false);
                break;
            case ToolAnswered answered when !options.HideToolCalls && !options.HideToolResults:
                await NoteAsync($"[{answered.Agent}] {answered.Call.Name} -> {(answered.Result.IsError ? "error: " : "")}{Shorten(answered.Result.Text, MaxShownResult)}\n").ConfigureAwait(false);
                break;
            case Restarted restarted:
                await NoteAsync($"{restarted.Reason}; trying again\n").ConfigureAwait(false);
                break;
            case ModelFellBack fell:
                await NoteAsync($"{fell.Reason}; going on with {fell.To}\n").ConfigureAwait(false);
                break;
            case Compacting { Begins: true }:
                await NoteAsync("summing up the conversation …\n").ConfigureAwait(false);
                break;
            case IterationsReached reached:
                await NoteAsync($"{reached.Agent} reached its limit of {reached.Max} iterations\n").ConfigureAwait(false);
                break;
            case Warned warned:
                await NoteAsync($"{warned.Message}\n").ConfigureAwait(false);
                break;
            case Failed failed:
                await NoteAsync($"error: {failed.Message}\n").ConfigureAwait(false);
                break;
        }
    }

    private async Task NoteAsync(string text)
    {
        await EndLineAsync().ConfigureAwait(false);
        await errors.WriteAsync(text).ConfigureAwait(false);
        await errors.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task EndLineAsync()
    {
        if (_inLine) await output.WriteLineAsync().ConfigureAwait(false);
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        _inLine = false;
    }

    private static string Shorten(string text, int max)
    {
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length <= max ? text : text[..(max - 1)] + "…";
    }
}
