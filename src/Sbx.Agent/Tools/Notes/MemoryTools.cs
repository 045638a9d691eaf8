using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Storage;

namespace Sbx.Agent.Tools.Notes;

/// <summary>The toolset <c>memory</c>: what an agent wants to know again in another conversation, in SQLite.</summary>
internal sealed class MemoryTools(Database database, TimeProvider time)
{
    private const string Schema = "CREATE TABLE IF NOT EXISTS memories (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, memory TEXT NOT NULL, category TEXT NOT NULL DEFAULT '')";

    public static IToolset Create(ToolsetDefinition definition, string agent, string directory, AgentPaths paths, TimeProvider time)
    {
        var database = new Database(definition.Path is { } path ? Path.GetFullPath(path, directory) : paths.Memory(agent), Schema);
        var memory = new MemoryTools(database, time);
        return new StaticToolset("Memory: look with search_memories for what you know of the user and the project before you begin, and keep with add_memory what will be useful in later conversations.",
            memory.Tools(), database.DisposeAsync);
    }

    private IReadOnlyList<ITool> Tools() =>
    [
        Tool("add_memory", "Keeps something for later conversations.", false, ToolSchema.Object(
            ToolSchema.Text("memory", "What to keep"), ToolSchema.Text("category", "Its category, for example preference, fact, project, decision", required: false)), AddAsync),
        Tool("get_memories", "Answers all that is kept.", true, ToolSchema.Nothing, (_, cancel) => FindAsync("", "", cancel)),
        Tool("delete_memory", "Forgets one.", false, ToolSchema.Object(ToolSchema.Text("id", "Its ID")), async (input, cancel) =>
            Changed(await database.ExecuteAsync("DELETE FROM memories WHERE id = $id", cancel, ("$id", input.Text("id"))).ConfigureAwait(false), input.Text("id"), "deleted")),
        Tool("search_memories", "Answers what holds all of the words.", true, ToolSchema.Object(
            ToolSchema.Text("query", "Words, separated by spaces", required: false), ToolSchema.Text("category", "Only of this category", required: false)),
            (input, cancel) => FindAsync(input.OptionalText("query") ?? "", input.OptionalText("category") ?? "", cancel)),
        Tool("update_memory", "Changes one.", false, ToolSchema.Object(
            ToolSchema.Text("id", "Its ID"), ToolSchema.Text("memory", "What to keep instead"), ToolSchema.Text("category", "Its new category", required: false)),
            async (input, cancel) => Changed(await database.ExecuteAsync("UPDATE memories SET memory = $memory, category = COALESCE($category, category) WHERE id = $id", cancel,
                ("$id", input.Text("id")), ("$memory", input.Text("memory")), ("$category", input.OptionalText("category"))).ConfigureAwait(false), input.Text("id"), "updated")),
    ];

    private static FunctionTool Tool(string name, string description, bool readOnly, JsonObject schema, Func<ToolInput, CancellationToken, Task<ToolResult>> call) =>
        new(new ToolSpec(name, description, schema, readOnly), async (input, cancel) =>
        {
            try
            {
                return await call(input, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
            {
                return ToolResult.Error($"the memory cannot be used: {e.Message}");
            }
        });

    private async Task<ToolResult> AddAsync(ToolInput input, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString("N")[..12];
        await database.ExecuteAsync("INSERT INTO memories (id, created_at, memory, category) VALUES ($id, $at, $memory, $category)", cancel,
            ("$id", id), ("$at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)), ("$memory", input.Text("memory")), ("$category", input.OptionalText("category") ?? "")).ConfigureAwait(false);
        return new ToolResult($"kept with ID {id}");
    }

    private async Task<ToolResult> FindAsync(string query, string category, CancellationToken cancel)
    {
        var rows = await database.QueryAsync("SELECT id, created_at, memory, category FROM memories WHERE $category = '' OR category = $category COLLATE NOCASE ORDER BY created_at",
            row => (Id: row.GetString(0), At: row.GetString(1), Memory: row.GetString(2), Category: row.GetString(3)), cancel, ("$category", category)).ConfigureAwait(false);
        var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = rows.Where(row => words.All(word => row.Memory.Contains(word, StringComparison.OrdinalIgnoreCase)));
        return new ToolResult(new JsonArray([.. found.Select(row => new JsonObject { ["id"] = row.Id, ["created_at"] = row.At, ["memory"] = row.Memory, ["category"] = row.Category })]).ToText());
    }

    private static ToolResult Changed(int rows, string id, string what) => rows > 0 ? new ToolResult($"{id} {what}") : ToolResult.Error($"no memory with ID '{id}'");
}
