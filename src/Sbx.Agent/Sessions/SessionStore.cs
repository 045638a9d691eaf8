using System.Globalization;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Storage;

namespace Sbx.Agent.Sessions;

/// <summary>A session as it is listed.</summary>
internal sealed record SessionInfo(string Id, string Title, string Agent, string Directory, DateTimeOffset Updated, int Messages, double? Cost);

/// <summary>Conversations in SQLite. Each message is written when it is complete, so that nothing is lost when the program ends.</summary>
internal sealed class SessionStore(Database database, TimeProvider time) : IAsyncDisposable
{
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS sessions (
          id TEXT PRIMARY KEY, parent_id TEXT, branched_from TEXT, title TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL, directory TEXT NOT NULL,
          created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, input INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0,
          cached INTEGER NOT NULL DEFAULT 0, cache_write INTEGER NOT NULL DEFAULT 0, cost REAL, context INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS messages (
          session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE, position INTEGER NOT NULL, json TEXT NOT NULL,
          PRIMARY KEY (session_id, position)) WITHOUT ROWID;
        """;

    public Task CreateAsync(Conversation conversation, string? branchedFrom, CancellationToken cancel) => database.ExecuteAsync(
        "INSERT INTO sessions (id, parent_id, branched_from, title, agent, directory, created_at, updated_at) VALUES ($id, $parent, $branch, $title, $agent, $directory, $now, $now)",
        cancel, ("$id", conversation.Id), ("$parent", conversation.ParentId), ("$branch", branchedFrom), ("$title", conversation.Title), ("$agent", conversation.Agent),
        ("$directory", conversation.Directory), ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>Writes the last message and the state of the conversation.</summary>
    public async Task AppendAsync(Conversation conversation, CancellationToken cancel)
    {
        await database.ExecuteAsync("INSERT OR REPLACE INTO messages (session_id, position, json) VALUES ($id, $position, $json)", cancel,
            ("$id", conversation.Id), ("$position", conversation.Messages.Count - 1), ("$json", MessageJson.Write(conversation.Messages[^1]).ToText())).ConfigureAwait(false);
        await SaveStateAsync(conversation, cancel).ConfigureAwait(false);
    }

    public Task SaveStateAsync(Conversation conversation, CancellationToken cancel) => database.ExecuteAsync(
        "UPDATE sessions SET title = $title, agent = $agent, updated_at = $now, input = $input, output = $output, cached = $cached, cache_write = $write, cost = $cost, context = $context WHERE id = $id", cancel,
        ("$id", conversation.Id), ("$title", conversation.Title), ("$agent", conversation.Agent), ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()),
        ("$input", conversation.Usage.Input), ("$output", conversation.Usage.Output), ("$cached", conversation.Usage.CachedInput), ("$write", conversation.Usage.CacheWrite),
        ("$cost", conversation.Usage.Cost), ("$context", conversation.Context));

    /// <summary>The conversations of users, the latest first.</summary>
    public Task<List<SessionInfo>> ListAsync(CancellationToken cancel) => database.QueryAsync(
        "SELECT id, title, agent, directory, updated_at, (SELECT COUNT(*) FROM messages WHERE session_id = id), cost FROM sessions WHERE parent_id IS NULL ORDER BY updated_at DESC, rowid DESC",
        row => new SessionInfo(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetInt32(5), row.IsDBNull(6) ? null : row.GetDouble(6)), cancel);

    /// <summary>The session of an ID, of the beginning of one, or of a place: -1 is the latest, -2 the one before. Null when there is none.</summary>
    public async Task<string?> ResolveAsync(string reference, CancellationToken cancel)
    {
        var all = await ListAsync(cancel).ConfigureAwait(false);
        if (reference.StartsWith('-') && int.TryParse(reference, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var back))
            return back < 0 && -back <= all.Count ? all[-back - 1].Id : null;
        var found = all.Where(session => session.Id.StartsWith(reference, StringComparison.Ordinal)).ToList();
        return found.Find(session => session.Id == reference)?.Id ?? (found.Count == 1 ? found[0].Id : null);
    }

    public async Task<Conversation?> LoadAsync(string id, CancellationToken cancel)
    {
        var found = await database.QueryAsync(
            "SELECT id, parent_id, agent, title, directory, input, output, cached, cache_write, cost, context FROM sessions WHERE id = $id",
            row => new Conversation
            {
                Id = row.GetString(0),
                ParentId = row.IsDBNull(1) ? null : row.GetString(1),
                Agent = row.GetString(2),
                Title = row.GetString(3),
                Directory = row.GetString(4),
                Usage = new Usage(row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.IsDBNull(9) ? null : row.GetDouble(9)),
                Context = row.GetInt64(10),
            }, cancel, ("$id", id)).ConfigureAwait(false);
        if (found.Count == 0) return null;
        foreach (var json in await database.QueryAsync("SELECT json FROM messages WHERE session_id = $id ORDER BY position", row => row.GetString(0), cancel, ("$id", id)).ConfigureAwait(false))
            found[0].Add(MessageJson.Read(json));
        return found[0];
    }

    /// <summary>A new conversation with the first messages of another, which stays as it is.</summary>
    public async Task<Conversation> BranchAsync(Conversation from, int messages, CancellationToken cancel)
    {
        var branch = new Conversation { Id = NewId(), Agent = from.Agent, Title = from.Title, Directory = from.Directory };
        await CreateAsync(branch, from.Id, cancel).ConfigureAwait(false);
        foreach (var message in from.Messages.Take(messages))
        {
            branch.Add(message);
            await AppendAsync(branch, cancel).ConfigureAwait(false);
        }

        return branch;
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancel)
    {
        await database.ExecuteAsync("WITH RECURSIVE below(id) AS (SELECT id FROM sessions WHERE parent_id = $id UNION SELECT s.id FROM sessions s JOIN below b ON s.parent_id = b.id) DELETE FROM sessions WHERE id IN (SELECT id FROM below)", cancel, ("$id", id)).ConfigureAwait(false);
        return await database.ExecuteAsync("DELETE FROM sessions WHERE id = $id", cancel, ("$id", id)).ConfigureAwait(false) > 0;
    }

    /// <summary>The whole conversation as JSON.</summary>
    public static JsonObject Export(Conversation conversation) => new()
    {
        ["id"] = conversation.Id,
        ["title"] = conversation.Title,
        ["agent"] = conversation.Agent,
        ["working_dir"] = conversation.Directory,
        ["input_tokens"] = conversation.Usage.Input,
        ["output_tokens"] = conversation.Usage.Output,
        ["cost"] = conversation.Usage.Cost,
        ["messages"] = new JsonArray([.. conversation.Messages.Select(MessageJson.Write)]),
    };

    public static string NewId() => Guid.CreateVersion7().ToString();

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
