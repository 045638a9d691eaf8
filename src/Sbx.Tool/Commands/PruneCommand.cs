using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx prune</c>: removes stopped sandboxes.</summary>
internal sealed class PruneCommand : CliCommand
{
    private CommandOption _dryRun = null!;
    private CommandOption _filter = null!;
    private CommandOption _force = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Remove stopped sandboxes with all that is on their disks.";
        _dryRun = app.Flag("--dry-run", "Only say what would go");
        _filter = app.Values("--filter <until=WHEN>", "Only those stopped before: a duration ago (24h, 7d), a date (RFC 3339) or a Unix time");
        _force = app.Flag("-f|--force", "Do not ask");
        _format = new FormatOptions(app);
        app.Examples(("sbx prune --filter until=7d --dry-run", "what has been stopped for a week"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var before = Before(context);
        var plan = await context.Client.PruneAsync(new PruneRequest(before, DryRun: true), cancellationToken).ConfigureAwait(false);
        if (_dryRun.HasValue() || plan.Removed.Count == 0)
            return Show(context, plan, format, "Would remove");
        if (!_force.HasValue())
        {
            context.WriteError(string.Concat(plan.Removed.Select(n => $"  {n}\n")));
            await Question.ConfirmAsync(context, $"Remove these {plan.Removed.Count} stopped sandboxes?", "--force", cancellationToken).ConfigureAwait(false);
        }

        var result = await context.Client.PruneAsync(new PruneRequest(before, DryRun: false), cancellationToken).ConfigureAwait(false);
        return Show(context, result, format, "Removed");
    }

    private DateTimeOffset? Before(CliContext context)
    {
        DateTimeOffset? before = null;
        foreach (var filter in _filter.Values)
        {
            if (filter!.Split('=', 2) is not [var key, var when] || key is not ("until" or "since"))
                throw new SbxException(ErrorCode.Usage, $"'{filter}' is not a filter", "for example: --filter until=24h");
            var parsed = PointInTime.Parse(when, context.Time.GetUtcNow());
            before = before is { } earlier && earlier < parsed ? earlier : parsed;
        }

        return before;
    }

    private static int Show(CliContext context, PruneResult result, OutputFormat format, string verb)
    {
        if (format != OutputFormat.Table)
        {
            JsonOutput.Write(context, result, ToolJson.Default.PruneResult, format);
            return ExitCodes.Success;
        }

        context.Write(string.Concat(result.Removed.Select(n => n + "\n")));
        context.WriteError(result.Removed.Count == 0
            ? "Nothing to remove.\n"
            : $"{verb} {result.Removed.Count} sandboxes, {HumanText.Bytes(result.FreedBytes)}.\n");
        return ExitCodes.Success;
    }
}
