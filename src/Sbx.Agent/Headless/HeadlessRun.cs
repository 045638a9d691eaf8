using Sbx.Agent.Chat;
using Sbx.Agent.CommandLine;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models.Wire;
using Sbx.Agent.Runtime;
using Sbx.Agent.Sessions;
using Sbx.Agent.Storage;

namespace Sbx.Agent.Headless;

/// <summary>Answers the messages of the command line one after the other; the exit code tells whether all were answered.</summary>
internal static class HeadlessRun
{
    public static async Task<int> RunAsync(
        TeamDefinition team, RunOptions options, RuntimeOptions runtimeOptions, TextReader input, TextWriter output, TextWriter errors, TurnInterrupts? interrupts, TimeProvider time, CancellationToken cancel)
    {
        var messages = options.Messages.ToList();
        if (messages is ["-"]) messages = [(await input.ReadToEndAsync(cancel).ConfigureAwait(false)).Trim()];
        var canAsk = interrupts is not null;
        var talks = canAsk && !options.Json && (messages.Count == 0 || !options.Exec);
        if (!talks && messages.All(string.IsNullOrWhiteSpace)) throw new UsageException("there is no terminal to talk on: give a message, docker-agent run --exec agent.yaml \"message\", or - to read it from standard input");

        using var ui = new HeadlessInterface(options, input, output, errors, canAsk, time);
        using var http = ProviderHttp.CreateClient();
        await using var store = new SessionStore(new Database(options.SessionFile ?? runtimeOptions.Paths.Sessions, SessionStore.Schema), time);
        await using var runtime = new TeamRuntime(team, runtimeOptions, http, ui, store, time);
        var conversation = await SessionOpening.OpenAsync(runtime, store, options, cancel).ConfigureAwait(false);
        await runtime.BeginAsync(conversation, options.Session is null ? "startup" : "resume", cancel).ConfigureAwait(false);
        if (options.DryRun) return 0;
        var images = options.Attach is { } path ? new[] { await ImageFile.ReadAsync(path, runtimeOptions.Directory, cancel).ConfigureAwait(false) } : [];
        var done = true;
        try
        {
            foreach (var message in messages)
            {
                done = await runtime.SayAsync(conversation, message, images, cancel).ConfigureAwait(false);
                images = [];
                if (!done) break;
            }

            // At a terminal one message leads to the next; a failed answer does not end the talk.
            while (talks && !cancel.IsCancellationRequested && await ui.NextMessageAsync(runtime, conversation, cancel).ConfigureAwait(false) is { } message)
            {
                var answered = await interrupts!.RunAsync(token => runtime.SayAsync(conversation, message, images, token), cancel).ConfigureAwait(false);
                if (answered is null) await ui.ShowAsync(new Warned(conversation.Agent, "(interrupted)"), cancel).ConfigureAwait(false);
                done = answered ?? true;
            }
        }
        finally
        {
            await runtime.EndAsync(conversation, "other", CancellationToken.None).ConfigureAwait(false);
        }

        return done ? 0 : 1;
    }
}

/// <summary>Opens the session that the command line asks for.</summary>
internal static class SessionOpening
{
    public static async Task<Conversation> OpenAsync(TeamRuntime runtime, SessionStore store, RunOptions options, CancellationToken cancel)
    {
        var agent = options.Agent ?? runtime.Team.Root.Name;
        if (!runtime.Has(agent)) throw new UsageException($"no agent '{agent}' in this team; there are: {string.Join(", ", runtime.Team.Agents.Select(one => one.Name))}");
        if (options.Session is not { } reference) return runtime.NewConversation(agent);
        var id = await store.ResolveAsync(reference, cancel).ConfigureAwait(false) ?? throw new UsageException($"no session '{reference}'; docker-agent sessions ls names them");
        var conversation = (await store.LoadAsync(id, cancel).ConfigureAwait(false))!;
        if (options.Agent is not null || !runtime.Has(conversation.Agent)) conversation.Agent = agent;
        return conversation;
    }
}

/// <summary>Reads an image to show to a model.</summary>
internal static class ImageFile
{
    private const int Max = 10 << 20;

    public static async Task<ChatImage> ReadAsync(string path, string directory, CancellationToken cancel)
    {
        var type = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".gif" => "image/gif",
            ".webp" => "image/webp",
            _ => throw new UsageException($"{path} is no image that models read (png, jpeg, gif, webp)"),
        };
        var file = new FileInfo(Path.GetFullPath(path, directory));
        if (!file.Exists) throw new UsageException($"no file {path}");
        if (file.Length > Max) throw new UsageException($"{path} is larger than {Max >> 20} MiB");
        return new ChatImage(type, Convert.ToBase64String(await File.ReadAllBytesAsync(file.FullName, cancel).ConfigureAwait(false)));
    }
}
