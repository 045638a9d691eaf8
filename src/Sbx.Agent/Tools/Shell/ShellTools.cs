using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models;

namespace Sbx.Agent.Tools.Shell;

/// <summary>The toolsets <c>shell</c> and <c>script</c>.</summary>
internal static class ShellTools
{
    private const int DefaultSeconds = 30;

    private const string Instructions = """
        Shell: each command runs in a fresh shell; 'cwd' sets its directory. A command is ended after 30 seconds unless 'timeout' says otherwise: give more to builds and tests.
        Use run_background_job for servers and other things that do not end, and view_background_job to see what they wrote.
        """;

    public static IToolset Create(ToolsetDefinition definition, string directory, TimeProvider time, Func<string, string?> environment)
    {
        var variables = definition.Env.ToDictionary(pair => pair.Key, pair => EnvironmentText.Expand(pair.Value, environment));
        var jobs = new BackgroundJobs(time);
        var cwd = ToolSchema.Text("cwd", "Its directory; the working directory when left out", required: false);
        return new StaticToolset(Instructions,
        [
            new FunctionTool(new ToolSpec("shell", "Runs a command with the shell and answers what it wrote.", ToolSchema.Object(
                ToolSchema.Text("cmd", "The command line"), cwd, ToolSchema.Integer("timeout", "Seconds after which it is ended (30 when left out)"))),
                async (input, cancel) =>
                {
                    var seconds = Math.Clamp(input.OptionalInteger("timeout") ?? DefaultSeconds, 1, 3600);
                    return await RunAsync(input.Text("cmd"), Directory(directory, input.OptionalText("cwd")), variables, seconds, cancel).ConfigureAwait(false);
                }),
            new FunctionTool(new ToolSpec("run_background_job", "Starts a command that goes on in the background.", ToolSchema.Object(ToolSchema.Text("cmd", "The command line"), cwd)),
                (input, _) => Task.FromResult(jobs.Run(input.Text("cmd"), Directory(directory, input.OptionalText("cwd")), variables))),
            new FunctionTool(new ToolSpec("list_background_jobs", "Lists the background jobs.", ToolSchema.Nothing, ReadOnly: true), (_, _) => Task.FromResult(jobs.List())),
            new FunctionTool(new ToolSpec("view_background_job", "Shows state and output of a background job.", ToolSchema.Object(ToolSchema.Text("job_id", "Its ID")), ReadOnly: true),
                (input, _) => Task.FromResult(jobs.View(input.Text("job_id")))),
            new FunctionTool(new ToolSpec("stop_background_job", "Ends a background job.", ToolSchema.Object(ToolSchema.Text("job_id", "Its ID"))),
                (input, _) => Task.FromResult(jobs.Stop(input.Text("job_id")))),
        ], jobs.DisposeAsync);
    }

    /// <summary>One tool for each entry; arguments reach the command as variables, so that the shell never reads them as commands.</summary>
    public static IToolset CreateScripts(ToolsetDefinition definition, string directory, Func<string, string?> environment) =>
        new StaticToolset("", [.. definition.Shell.Select(script => Script(script.Key, script.Value, definition, directory, environment))]);

    private static FunctionTool Script(string name, ScriptDefinition script, ToolsetDefinition definition, string directory, Func<string, string?> environment)
    {
        var properties = new System.Text.Json.Nodes.JsonObject();
        foreach (var (argument, schema) in script.Args)
        {
            var described = schema?.DeepClone() as System.Text.Json.Nodes.JsonObject ?? [];
            if (!described.ContainsKey("type")) described["type"] = "string";
            properties[argument] = described;
        }

        var parameters = new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new System.Text.Json.Nodes.JsonArray([.. (script.Required ?? [.. script.Args.Select(argument => argument.Key)]).Select(argument => System.Text.Json.Nodes.JsonValue.Create(argument))]),
        };
        return new FunctionTool(new ToolSpec(name, script.Description ?? $"Runs: {script.Command}", parameters), async (input, cancel) =>
        {
            var variables = definition.Env.Concat(script.Env).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => EnvironmentText.Expand(group.Last().Value, environment));
            foreach (var argument in script.Args) if (input.OptionalText(argument.Key) is { } value) variables[argument.Key] = value;
            return await RunAsync(script.Command, Directory(directory, script.WorkingDirectory), variables, 300, cancel).ConfigureAwait(false);
        });
    }

    private static async Task<ToolResult> RunAsync(string command, string directory, Dictionary<string, string> variables, int seconds, CancellationToken cancel)
    {
        if (!System.IO.Directory.Exists(directory)) return ToolResult.Error($"{directory} is no directory");
        var result = await ShellCommand.RunAsync(command, directory, variables, null, TimeSpan.FromSeconds(seconds), cancel).ConfigureAwait(false);
        var text = result.Describe();
        if (result.TimedOut) return ToolResult.Error($"ended after {seconds} seconds\n{text}");
        return result.ExitCode == 0 ? new ToolResult(text.Length == 0 ? "(no output)" : text) : ToolResult.Error($"exit code {result.ExitCode}\n{text}");
    }

    private static string Directory(string directory, string? relative) => relative is null or "" ? directory : Path.GetFullPath(relative, directory);
}
