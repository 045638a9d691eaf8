using Sbx.Agent.CommandLine;
using Sbx.Agent.Storage;

namespace Sbx.Agent.Tests.Scripted;

/// <summary>The whole program in a workspace and a home of its own, against a scripted provider.</summary>
internal sealed class TeamRun : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbx-agent-").FullName;

    private TeamRun(ScriptedProvider provider)
    {
        Provider = provider;
        Workspace = Directory.CreateDirectory(Path.Combine(_root, "work")).FullName;
        Paths = new AgentPaths(Directory.CreateDirectory(Path.Combine(_root, "home")).FullName);
    }

    public ScriptedProvider Provider { get; }

    public string Workspace { get; }

    public AgentPaths Paths { get; }

    public Dictionary<string, string> Environment { get; } = new()
    {
        ["OPENAI_API_KEY"] = "openai-placeholder", ["ANTHROPIC_API_KEY"] = "anthropic-placeholder", ["GOOGLE_API_KEY"] = "google-placeholder",
    };

    public TurnInterrupts Interrupts { get; } = new();

    public string Output { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public static async Task<TeamRun> StartAsync(params Answer[] answers)
    {
        var run = new TeamRun(await ScriptedProvider.StartAsync(answers));
        run.Environment["OPENAI_BASE_URL"] = run.Provider.Url + "/v1";
        run.Environment["ANTHROPIC_BASE_URL"] = run.Provider.Url + "/v1";
        run.Environment["GOOGLE_BASE_URL"] = run.Provider.Url + "/v1beta";
        return run;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Workspace, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Workspace, name));

    /// <summary>Runs the program; arguments as typed, in the workspace.</summary>
    public async Task<int> RunAsync(string[] arguments, string input = "", bool canAsk = false, CancellationToken cancel = default)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var program = new AgentProgram(Paths, new StringReader(input), output, errors, Environment.GetValueOrDefault, TimeProvider.System) { Interrupts = canAsk ? Interrupts : null };
        string[] place = arguments is ["sessions" or "alias" or "validate" or "models" or "version", ..] ? [] : ["--working-dir", Workspace];
        var code = await program.RunAsync([.. arguments, .. place], cancel);
        (Output, Errors) = (output.ToString(), errors.ToString());
        return code;
    }

    /// <summary>Runs agent.yaml of the given text without a screen, all tools allowed.</summary>
    public Task<int> ExecAsync(string yaml, params string[] messages)
    {
        Write("agent.yaml", yaml);
        return RunAsync(["run", "--yolo", "--exec", "agent.yaml", .. messages]);
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
