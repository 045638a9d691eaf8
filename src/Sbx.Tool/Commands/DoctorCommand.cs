using System.Runtime.InteropServices;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Diagnostics;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx doctor</c>: checks the host here, and all else in the daemon; works also when no daemon can start.</summary>
internal sealed class DoctorCommand : CliCommand
{
    private const string Connectivity = "Connectivity";

    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Check this machine, and explain what is wrong and what helps. Exits with 7 when a check fails.";
        _format = new FormatOptions(app, issues: true);
        app.Examples(("sbx doctor --format github-issue", "to paste into an issue"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        List<DiagnosticCheck> checks = [.. new HostChecks(context).Run(), .. await DaemonChecksAsync(context, cancellationToken).ConfigureAwait(false)];
        int Count(string status) => checks.Count(c => c.Status == status);
        var report = new DiagnosticReport(VersionCommand.Version, checks, new DiagnosticSummary(Count("pass"), Count("warn"), Count("fail"), Count("skip")));
        switch (format)
        {
            case OutputFormat.Table:
                context.Write(ReportText.ForPeople(report));
                break;
            case OutputFormat.GitHubIssue:
                context.Write(ReportText.ForIssue(report, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()));
                break;
            default:
                JsonOutput.Write(context, report, ToolJson.Default.DiagnosticReport, format);
                break;
        }

        return report.Summary.Fail > 0 ? (int)ErrorCode.HostPrerequisite : ExitCodes.Success;
    }

    private static async Task<IReadOnlyList<DiagnosticCheck>> DaemonChecksAsync(CliContext context, CancellationToken cancellationToken)
    {
        try
        {
            var status = await context.Client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var same = status.Build == BuildIdentity.Current();
            var match = new DiagnosticCheck(
                Connectivity, "version match", same ? "pass" : "warn", same ? "command and daemon are the same build" : "the daemon is of another build",
                $"daemon v{status.Version} {status.Build}", same ? null : "it is replaced when it is idle; at once: sbx daemon stop --force");
            var report = await context.Client.DiagnoseAsync(cancellationToken).ConfigureAwait(false);
            return [match, .. report.Checks];
        }
        catch (SbxException e)
        {
            return [new DiagnosticCheck(Connectivity, "daemon", "fail", e.Message, context.Paths.DaemonLog, e.Hint)];
        }
    }
}
