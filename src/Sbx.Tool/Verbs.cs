using Sbx.Tool.Commands;
using Sbx.Tool.Commands.Policy;
using Sbx.Tool.Commands.Secrets;
using Sbx.Tool.Hosting;

namespace Sbx.Tool;

/// <summary>All verbs, in the order of the help.</summary>
internal static class Verbs
{
    private const string Work = "Work in sandboxes";
    private const string Look = "Look after them";
    private const string Door = "What they reach";
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
        new("policy", Door, "Say which hosts sandboxes may reach, and see what they did", null)
        {
            Children =
            [
                new("init", "", "Choose the preset", () => new PolicyInitCommand()) { Aliases = ["set-default"] },
                new("allow", "", "Allow hosts", () => new PolicyAddCommand("allow")),
                new("deny", "", "Deny hosts, whatever allows them", () => new PolicyAddCommand("deny")),
                new("rm", "", "Remove rules", () => new PolicyRemoveCommand()) { Aliases = ["remove"] },
                new("ls", "", "List rules", () => new PolicyListCommand()) { Aliases = ["list"] },
                new("inspect", "", "Show all about a rule", () => new PolicyInspectCommand()),
                new("check", "", "Ask whether a destination may be reached", () => new PolicyCheckCommand()),
                new("log", "", "Show what was reached, and what was refused", () => new PolicyLogCommand()),
                new("approve", "", "Approve the policy file of a workspace", () => new PolicyApproveCommand()),
                new("export", "", "Print rules as a policy file", () => new PolicyExportCommand()),
                new("import", "", "Take rules from a policy file", () => new PolicyImportCommand()),
                new("reset", "", "Delete all rules", () => new PolicyResetCommand()),
            ],
        },
        new("secret", Door, "Keep credentials that sandboxes use and never see", null)
        {
            Children =
            [
                new("set", "", "Store the credential of a service", () => new SecretSetCommand()),
                new("set-custom", "", "Store a secret of your own kind", () => new SecretSetCustomCommand()),
                new("import", "", "Store credentials of the environment", () => new SecretImportCommand()),
                new("ls", "", "List secrets, masked", () => new SecretListCommand()) { Aliases = ["list"] },
                new("rm", "", "Remove secrets", () => new SecretRemoveCommand()) { Aliases = ["remove"] },
                new("service", "", "Look after the services they are for", null)
                {
                    Children =
                    [
                        new("add", "", "Add a service of your own", () => new ServiceAddCommand()),
                        new("ls", "", "List services", () => new ServiceListCommand()) { Aliases = ["list"] },
                        new("rm", "", "Remove a service of your own", () => new ServiceRemoveCommand()) { Aliases = ["remove"] },
                    ],
                },
            ],
        },
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
