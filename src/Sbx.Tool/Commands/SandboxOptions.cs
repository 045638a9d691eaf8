using System.Globalization;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Commands;

/// <summary>The options that <c>run</c> and <c>create</c> share.</summary>
internal sealed class SandboxOptions(CommandLineApplication app)
{
    private const long Mebibyte = 1024 * 1024;

    private readonly CommandOption _name = app.Value("--name <NAME>", "Name of the sandbox (default: agent and directory)");
    private readonly CommandOption _template = app.Value("-t|--template <NAME>", "Template to make it of (default: the agent's)");
    private readonly CommandOption _cpus = app.Value("--cpus <N>", "Virtual processors, 1 to 64");
    private readonly CommandOption _memory = app.Value("-m|--memory <SIZE>", "Memory, for example 2g");
    private readonly CommandOption _disk = app.Value("--disk <SIZE>", "Largest size of its disk, for example 20g");
    private readonly CommandOption _env = app.Values("-e|--env <KEY[=VALUE]>", "Set a variable; KEY alone passes the host's on");
    private readonly CommandOption _envFile = app.Values("--env-file <FILE>", "Set the variables in a file");
    private readonly SandboxPolicyOptions _policy = new(app);
    private readonly CommandOption _createWorkspace = app.Flag("--create-workspace", "Create a workspace directory that does not exist");
    private readonly CommandOption _allowHome = app.Flag("--allow-home", "Allow the home directory as a workspace");
    private readonly CommandOption _quiet = app.Flag("-q|--quiet", "No banner, no progress");

    /// <summary>The name asked for, valid; or null.</summary>
    public string? Name => _name.Value() is { } name ? SandboxName.Check(name) : null;

    /// <summary>Whether banner and progress are left out.</summary>
    public bool Quiet => _quiet.HasValue();

    /// <summary>How workspaces are treated.</summary>
    public WorkspaceRules WorkspaceRules => new(_createWorkspace.HasValue(), _allowHome.HasValue());

    /// <summary>Options given that only count when a sandbox is created.</summary>
    public IEnumerable<string> CreationOnly =>
        new[] { _template, _cpus, _memory, _disk }.Where(o => o.HasValue()).Select(o => "--" + o.LongName);

    /// <summary>What it may reach; counts only when a sandbox is created.</summary>
    public SandboxPolicyOptions Policy => _policy;

    /// <summary>The variables asked for.</summary>
    /// <exception cref="SbxException">One is not valid.</exception>
    public Dictionary<string, string> Environment(CliContext context) =>
        EnvironmentOptions.Collect(_envFile.Values!, _env.Values!, context.Variable);

    /// <summary>The request that creates the sandbox.</summary>
    /// <exception cref="SbxException">A size is not valid.</exception>
    public CreateSandboxRequest Request(CliContext context, string agent, IReadOnlyList<Workspace> workspaces) => new()
    {
        Agent = agent,
        Template = _template.Value(),
        Workspaces = workspaces,
        Cpus = _cpus.Value() is { } cpus ? ParseCpus(cpus) : null,
        MemoryBytes = _memory.Value() is { } memory ? ByteSize.Parse("--memory", memory, 256 * Mebibyte) : null,
        DiskBytes = _disk.Value() is { } disk ? ByteSize.Parse("--disk", disk, 256 * Mebibyte) : null,
        Environment = Environment(context),
    };

    private static int ParseCpus(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cpus) && cpus is >= 1 and <= 64
            ? cpus
            : throw new SbxException(ErrorCode.Usage, $"--cpus: '{text}' is not a number from 1 to 64", "for example: --cpus 2");
}
