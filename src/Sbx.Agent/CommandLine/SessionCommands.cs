using System.Globalization;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Sessions;
using Sbx.Agent.Storage;

namespace Sbx.Agent.CommandLine;

/// <summary><c>sessions ls|export|branch|rm</c>.</summary>
internal static class SessionCommands
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, AgentPaths paths, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        var options = Options.Read(arguments, ["--json"], ["--session-db", "--at"], new Dictionary<string, string> { ["-s"] = "--session-db" });
        await using var store = new SessionStore(new Database(options.Value("--session-db") ?? paths.Sessions, SessionStore.Schema), time);
        switch (options.Words)
        {
            case [] or ["ls"]:
                await ListAsync(store, options.Flag("--json"), output, cancel).ConfigureAwait(false);
                return 0;
            case ["export", var reference]:
                var exported = SessionStore.Export(await LoadAsync(store, reference, cancel).ConfigureAwait(false));
                await output.WriteLineAsync(exported.ToText()).ConfigureAwait(false);
                return 0;
            case ["branch", var reference]:
                var from = await LoadAsync(store, reference, cancel).ConfigureAwait(false);
                var at = options.Value("--at") is not { } place ? from.Messages.Count
                    : int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= from.Messages.Count ? number
                    : throw new UsageException($"--at takes a number of messages from 0 to {from.Messages.Count}");
                await output.WriteLineAsync((await store.BranchAsync(from, at, cancel).ConfigureAwait(false)).Id).ConfigureAwait(false);
                return 0;
            case ["rm", var reference]:
                await store.DeleteAsync((await LoadAsync(store, reference, cancel).ConfigureAwait(false)).Id, cancel).ConfigureAwait(false);
                return 0;
            default:
                throw new UsageException("usage: docker-agent sessions ls [--json] | export ID | branch ID [--at MESSAGES] | rm ID");
        }
    }

    private static async Task ListAsync(SessionStore store, bool json, TextWriter output, CancellationToken cancel)
    {
        var sessions = await store.ListAsync(cancel).ConfigureAwait(false);
        if (json)
        {
            var list = sessions.Select(session => new JsonObject
            {
                ["id"] = session.Id, ["title"] = session.Title, ["agent"] = session.Agent, ["working_dir"] = session.Directory,
                ["updated_at"] = session.Updated.ToString("O", CultureInfo.InvariantCulture), ["messages"] = session.Messages, ["cost"] = session.Cost,
            });
            await output.WriteLineAsync(new JsonArray([.. list]).ToText()).ConfigureAwait(false);
            return;
        }

        foreach (var session in sessions)
            await output.WriteLineAsync($"{session.Id}  {session.Updated.ToLocalTime():yyyy-MM-dd HH:mm}  {session.Messages,4} messages  {session.Title}").ConfigureAwait(false);
    }

    private static async Task<Conversation> LoadAsync(SessionStore store, string reference, CancellationToken cancel) =>
        await store.ResolveAsync(reference, cancel).ConfigureAwait(false) is { } id && await store.LoadAsync(id, cancel).ConfigureAwait(false) is { } found
            ? found : throw new UsageException($"no session '{reference}'; docker-agent sessions ls names them");
}
