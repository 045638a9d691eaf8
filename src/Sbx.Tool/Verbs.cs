using Sbx.Tool.Commands;
using Sbx.Tool.Hosting;

namespace Sbx.Tool;

/// <summary>All verbs, in the order of the help.</summary>
internal static class Verbs
{
    private const string Work = "Work in sandboxes";
    private const string Look = "Look after them";
    private const string Host = "This machine";

    public static IReadOnlyList<Verb> All { get; } =
    [
        new("run", Work, "Run an agent in a sandbox, or enter an existing one", () => new RunCommand()),
        new("create", Work, "Create a sandbox without entering it", () => new CreateCommand()),
        new("exec", Work, "Run a command in a sandbox", () => new ExecCommand()),
        new("cp", Work, "Copy files between the host and a sandbox", () => new CopyCommand()),
        new("ls", Look, "List sandboxes", () => new ListCommand()) { Aliases = ["list"] },
        new("inspect", Look, "Show all about a sandbox", () => new InspectCommand()),
        new("stop", Look, "Stop sandboxes; their disks stay", () => new StopCommand()),
        new("rm", Look, "Remove sandboxes", () => new RemoveCommand()) { Aliases = ["remove"] },
        new("prune", Look, "Remove stopped sandboxes", () => new PruneCommand()),
        new("df", Look, "Show what everything takes of disk and memory", () => new UsageCommand()),
        new("reset", Look, "Remove all sandboxes and caches", () => new ResetCommand()),
        new("setup", Host, "Install what this machine lacks", () => new SetupCommand()),
        new("doctor", Host, "Check this machine and explain what is wrong", () => new DoctorCommand()) { Aliases = ["diagnose"] },
        new("daemon", Host, "Look after the background process", null)
        {
            Children =
            [
                new("status", "", "Show whether it runs", () => new DaemonStatusCommand()),
                new("start", "", "Start it", () => new DaemonStartCommand()),
                new("stop", "", "Stop it", () => new DaemonStopCommand()),
                new("logs", "", "Show the end of its log", () => new DaemonLogsCommand()),
                new("run", "", "Run it in the foreground", () => new DaemonRunCommand()) { Hidden = true },
            ],
        },
        new("completion", Host, "Print completion for a shell", () => new CompletionCommand()),
        new("version", Host, "Show the version", () => new VersionCommand()),
        new("login", Host, "Succeeds: no account is needed", () => new LoginCommand()) { Hidden = true },
        new("logout", Host, "Succeeds: no account is needed", () => new LogoutCommand()) { Hidden = true },
        new("__complete", Host, "Completes a command line", () => new CompleteCommand()) { Hidden = true },
    ];
}
