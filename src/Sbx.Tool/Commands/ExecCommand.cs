using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Sessions;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx exec</c>: runs a command in a sandbox.</summary>
internal sealed class ExecCommand : CliCommand
{
    private CommandLineApplication _app = null!;
    private CommandArgument _sandbox = null!;
    private CommandOption _interactive = null!;
    private CommandOption _terminal = null!;
    private CommandOption _env = null!;
    private CommandOption _envFile = null!;
    private CommandOption _directory = null!;
    private CommandOption _user = null!;
    private CommandOption _json = null!;

    public override bool PassesExitCode => true;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Sandboxes : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        _app = app;
        app.Description = "Run a command in a sandbox; a stopped one is started first. Its exit code is sbx's.";
        app.ThrowOnUnexpectedArgument = false;
        _interactive = app.Flag("-i|--interactive", "Connect standard input also when it is a terminal (pipes and files always are)");
        _terminal = app.Flag("-t|--tty", "Give the command a terminal");
        _env = app.Values("-e|--env <KEY[=VALUE]>", "Set a variable; KEY alone passes the host's on");
        _envFile = app.Values("--env-file <FILE>", "Set the variables in a file");
        _directory = app.Value("-w|--workdir <DIR>", "Directory to run in (default: the first workspace)");
        _user = app.Value("-u|--user <USER[:GROUP]>", "User to run as (default: agent, who owns the workspace)");
        _json = app.Flag("--json", "Failures of sbx as JSON on standard output");
        _sandbox = app.Word(
            "<sandbox> [--] <command> [arg...]", "Sandbox, and the command, run as it is; for pipes and the like use sh -c '...'");
        app.Examples(
            ("sbx exec shell-my-project git status", "a command in the first workspace"),
            ("sbx exec -it shell-my-project bash", "a shell of its own"),
            ("sbx exec -u root shell-my-project apt-get install -y jq", "as root"),
            ("tar c src | sbx exec shell-my-project tar x -C /tmp", "bytes go through unchanged"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var words = _app.RemainingArguments;
        if (_sandbox.Value is not { } sandbox)
            throw words.FirstOrDefault() is { } unknown
                ? new SbxException(ErrorCode.Usage, $"unrecognized option '{unknown}'", "see: sbx exec --help")
                : new SbxException(ErrorCode.Usage, "exec where? Give a sandbox and a command", "for example: sbx exec NAME ls; names: sbx ls");
        if (words.Count == 0)
            throw new SbxException(ErrorCode.Usage, $"exec what in '{sandbox}'? Give a command", $"for example: sbx exec -it {sandbox} bash");
        if (_directory.Value() is { } directory && !directory.StartsWith('/'))
            throw new SbxException(ErrorCode.Usage, $"-w: '{directory}' is not an absolute path", "begin it with /");
        if (_interactive.HasValue() && _terminal.HasValue() && !context.Terminal.IsInputTerminal)
            throw new SbxException(ErrorCode.Usage, "-it needs a terminal, and standard input is none", "leave out -t; or use -t alone for a terminal without input");
        var environment = EnvironmentOptions.Collect(_envFile.Values!, _env.Values!, context.Variable);
        var stdin = _interactive.HasValue() || (!context.Terminal.IsInputTerminal && !_terminal.HasValue());
        var request = SessionRequests.Make(context, [.. words], environment, _terminal.HasValue(), stdin) with
        {
            WorkingDirectory = _directory.Value(),
            User = _user.Value(),
        };
        return await new AttachedSession(context, WantsJson).RunAsync(SandboxName.Check(sandbox), request, cancellationToken).ConfigureAwait(false);
    }
}
