using System.Text;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Tools.Files;

/// <summary>The toolset <c>filesystem</c>: nine tools over files, paths relative to the working directory.</summary>
internal sealed class FileTools(string directory, bool ignoreVcs, PostEdits postEdits)
{
    private const int MaxRead = 10 << 20;

    private const string Instructions = """
        Files: paths are relative to the working directory, absolute ones work too.
        Use read_multiple_files for several files at once. Use edit_file for changes of existing files (the old text must match exactly and occur once) and write_file for new ones.
        Use search_files_content to find where something is; search and tree leave out what version control ignores.
        """;

    public static IToolset Create(ToolsetDefinition definition, string directory)
    {
        var files = new FileTools(directory, definition.IgnoreVcs, new PostEdits(definition.PostEdit, directory));
        return new StaticToolset(Instructions, files.Tools());
    }

    private IReadOnlyList<ITool> Tools() =>
    [
        Tool("read_file", "Reads a file whole.", true, ToolSchema.Object(ToolSchema.Text("path", "The file to read")),
            async (input, cancel) => await ReadAsync(input.Text("path"), cancel).ConfigureAwait(false)),
        Tool("read_multiple_files", "Reads several files.", true, ToolSchema.Object(ToolSchema.Texts("paths", "The files to read"), ToolSchema.Flag("json", "Whether to answer as JSON")), ReadManyAsync),
        Tool("write_file", "Makes a file, or replaces what is in it.", false,
            ToolSchema.Object(ToolSchema.Text("path", "The file to write"), ToolSchema.Text("content", "All of its new content")), WriteAsync),
        Tool("edit_file", "Replaces pieces of a file, one after the other. Each old text must occur in it exactly once.", false,
            ToolSchema.Object(ToolSchema.Text("path", "The file to edit"), ToolSchema.Objects("edits", "The replacements, in order",
                ToolSchema.Object(ToolSchema.Text("oldText", "The exact text to replace"), ToolSchema.Text("newText", "What takes its place")))), EditAsync),
        Tool("list_directory", "Lists what is in a directory.", true, ToolSchema.Object(ToolSchema.Text("path", "The directory to list")),
            (input, _) => Task.FromResult(new DirectoryListing(ignoreVcs).List(Resolve(input.Text("path"))))),
        Tool("directory_tree", "Shows a directory and all below it as a tree.", true, ToolSchema.Object(ToolSchema.Text("path", "The directory to walk")),
            (input, cancel) => Task.FromResult(new DirectoryListing(ignoreVcs).Tree(Resolve(input.Text("path")), cancel))),
        Tool("search_files_content", "Finds a text or a regular expression in the files below a directory.", true,
            ToolSchema.Object(ToolSchema.Text("path", "The directory to start in"), ToolSchema.Text("query", "What to find"),
                ToolSchema.Flag("is_regex", "Whether the query is a regular expression"), ToolSchema.Texts("excludePatterns", "Patterns of paths to leave out", required: false)),
            (input, cancel) => ContentSearch.FindAsync(Resolve(input.Text("path")), input.Text("query"), input.Flag("is_regex"), input.OptionalTexts("excludePatterns"), ignoreVcs, cancel)),
        Tool("create_directory", "Makes directories, with those above them.", false, ToolSchema.Object(ToolSchema.Texts("paths", "The directories to make")), (input, _) => Each(input.Texts("paths"), path =>
        {
            Directory.CreateDirectory(Resolve(path));
            return $"{path} made";
        })),
        Tool("remove_directory", "Removes empty directories.", false, ToolSchema.Object(ToolSchema.Texts("paths", "The directories to remove")), (input, _) => Each(input.Texts("paths"), path =>
        {
            Directory.Delete(Resolve(path), recursive: false);
            return $"{path} removed";
        })),
    ];

    private static FunctionTool Tool(string name, string description, bool readOnly, JsonObject schema, Func<ToolInput, CancellationToken, Task<ToolResult>> call) =>
        new(new ToolSpec(name, description, schema, readOnly), async (input, cancel) =>
        {
            try
            {
                return await call(input, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                return ToolResult.Error(e.Message);
            }
        });

    private string Resolve(string path) => Path.GetFullPath(path.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path, directory);

    private async Task<ToolResult> ReadAsync(string path, CancellationToken cancel)
    {
        var file = new FileInfo(Resolve(path));
        if (Directory.Exists(file.FullName)) return ToolResult.Error($"{path} is a directory; use list_directory");
        if (!file.Exists) return ToolResult.Error($"{path} does not exist");
        if (file.Length > MaxRead) return ToolResult.Error($"{path} has {file.Length} bytes, more than can be read at once ({MaxRead}); use shell with head, tail or sed");
        var text = ToolText.Decode(await File.ReadAllBytesAsync(file.FullName, cancel).ConfigureAwait(false));
        return text is null ? ToolResult.Error($"{path} is a binary file of {file.Length} bytes") : new ToolResult(text);
    }

    private async Task<ToolResult> ReadManyAsync(ToolInput input, CancellationToken cancel)
    {
        var paths = input.Texts("paths");
        var results = new List<(string Path, ToolResult Result)>();
        foreach (var path in paths)
        {
            try
            {
                results.Add((path, await ReadAsync(path, cancel).ConfigureAwait(false)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                results.Add((path, ToolResult.Error(e.Message)));
            }
        }

        var failed = results.All(item => item.Result.IsError);
        if (input.Flag("json"))
            return new ToolResult(new JsonArray([.. results.Select(item => new JsonObject { ["path"] = item.Path, ["content"] = item.Result.Text })]).ToText(), failed);
        return new ToolResult(string.Join("\n\n", results.Select(item => $"=== {item.Path} ===\n{(item.Result.IsError ? "Error: " : "")}{item.Result.Text}")), failed);
    }

    private async Task<ToolResult> WriteAsync(ToolInput input, CancellationToken cancel)
    {
        var (path, content) = (input.Text("path"), input.Text("content"));
        var full = Resolve(path);
        if (Path.GetDirectoryName(full) is { } parent) Directory.CreateDirectory(parent);
        await File.WriteAllTextAsync(full, content, new UTF8Encoding(false), cancel).ConfigureAwait(false);
        return new ToolResult($"{path} written, {Encoding.UTF8.GetByteCount(content)} bytes{await postEdits.RunAsync(full, cancel).ConfigureAwait(false)}");
    }

    private async Task<ToolResult> EditAsync(ToolInput input, CancellationToken cancel)
    {
        var path = input.Text("path");
        var read = await ReadAsync(path, cancel).ConfigureAwait(false);
        if (read.IsError) return read;
        var text = read.Text;
        var edits = input.Objects("edits");
        for (var i = 0; i < edits.Count; i++)
        {
            var (old, replacement) = (edits[i].Text("oldText"), edits[i].Text("newText"));
            if (old.Length == 0) return ToolResult.Error($"edit {i + 1}: the old text is empty; nothing was changed");
            var at = text.IndexOf(old, StringComparison.Ordinal);
            if (at < 0) return ToolResult.Error($"edit {i + 1}: the old text is not in {path}; nothing was changed");
            if (text.IndexOf(old, at + 1, StringComparison.Ordinal) >= 0) return ToolResult.Error($"edit {i + 1}: the old text occurs more than once in {path}; give more of what is around it; nothing was changed");
            text = string.Concat(text.AsSpan(0, at), replacement, text.AsSpan(at + old.Length));
        }

        var full = Resolve(path);
        await File.WriteAllTextAsync(full, text, new UTF8Encoding(false), cancel).ConfigureAwait(false);
        return new ToolResult($"{path} edited, {edits.Count} replacement{(edits.Count == 1 ? "" : "s")}{await postEdits.RunAsync(full, cancel).ConfigureAwait(false)}");
    }

    private static Task<ToolResult> Each(IReadOnlyList<string> paths, Func<string, string> act)
    {
        var lines = new List<string>();
        var failed = 0;
        foreach (var path in paths)
        {
            try
            {
                lines.Add(act(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                failed++;
                lines.Add($"{path}: {e.Message}");
            }
        }

        return Task.FromResult(new ToolResult(string.Join('\n', lines), failed == paths.Count));
    }
}
