using System.Text.Json.Nodes;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Tools.Notes;

/// <summary>One thing to do.</summary>
internal sealed record TodoItem(string Id, string Description, string Status);

/// <summary>The toolset <c>todo</c>. Safe for concurrent use; may be shared by a team.</summary>
internal sealed class TodoList
{
    private static readonly string[] Statuses = ["pending", "in-progress", "completed"];

    private readonly List<TodoItem> _items = [];

    /// <summary>Raised with the new list after each change.</summary>
    public event Action<IReadOnlyList<TodoItem>>? Changed;

    public IToolset Toolset() => new StaticToolset(
        "Todos: write down the steps of a task with several steps, set each to in-progress before you begin it and to completed when it is done.",
        [
            new FunctionTool(new ToolSpec("create_todo", "Adds a thing to do.", ToolSchema.Object(ToolSchema.Text("description", "What is to be done")), ReadOnly: true),
                (input, _) => Add([input.Text("description")])),
            new FunctionTool(new ToolSpec("create_todos", "Adds several things to do.", ToolSchema.Object(ToolSchema.Texts("descriptions", "What is to be done")), ReadOnly: true),
                (input, _) => Add(input.Texts("descriptions"))),
            new FunctionTool(new ToolSpec("update_todos", "Sets the status of things to do.", ToolSchema.Object(ToolSchema.Objects("updates", "The changes",
                ToolSchema.Object(ToolSchema.Text("id", "Its ID"), ToolSchema.Choice("status", "Its new status", Statuses)))), ReadOnly: true),
                (input, _) => Update(input.Objects("updates"))),
            new FunctionTool(new ToolSpec("list_todos", "Lists the things to do with their status.", ToolSchema.Nothing, ReadOnly: true), (_, _) =>
            {
                lock (_items) return Task.FromResult(new ToolResult(new JsonObject { ["todos"] = Json(_items) }.ToText()));
            }),
        ]);

    private Task<ToolResult> Add(IReadOnlyList<string> descriptions)
    {
        JsonObject answer;
        lock (_items)
        {
            var created = descriptions.Select((description, i) => new TodoItem($"todo_{_items.Count + i + 1}", description, "pending")).ToList();
            _items.AddRange(created);
            answer = new JsonObject { ["created"] = Json(created), ["all_todos"] = Json(_items) };
        }

        Tell();
        return Task.FromResult(new ToolResult(answer.ToText()));
    }

    private Task<ToolResult> Update(IReadOnlyList<ToolInput> updates)
    {
        JsonObject answer;
        lock (_items)
        {
            var missing = new JsonArray();
            foreach (var update in updates)
            {
                var (id, status) = (update.Text("id"), update.Text("status"));
                if (!Statuses.Contains(status)) throw new ToolInputException($"status '{status}' is none of {string.Join(", ", Statuses)}");
                var at = _items.FindIndex(item => item.Id == id);
                if (at < 0) missing.Add((JsonNode)JsonValue.Create(id)!);
                else _items[at] = _items[at] with { Status = status };
            }

            answer = new JsonObject { ["all_todos"] = Json(_items) };
            if (missing.Count > 0) answer["not_found"] = missing;
        }

        Tell();
        return Task.FromResult(new ToolResult(answer.ToText()));
    }

    private void Tell()
    {
        TodoItem[] now;
        lock (_items) now = [.. _items];
        Changed?.Invoke(now);
    }

    private static JsonArray Json(IEnumerable<TodoItem> items) =>
        new([.. items.Select(item => new JsonObject { ["id"] = item.Id, ["description"] = item.Description, ["status"] = item.Status })]);
}
