using System.Globalization;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy log</c>: what left, and what was refused.</summary>
internal sealed class PolicyLogCommand : CliCommand
{
    private CommandArgument _sandbox = null!;
    private CommandOption _requests = null!;
    private CommandOption _follow = null!;
    private CommandOption _denied = null!;
    private CommandOption _since = null!;
    private CommandOption _limit = null!;
    private CommandOption _type = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Sandboxes : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show what sandboxes reached and what was refused: by host, or every request.";
        _sandbox = app.Word("[sandbox]", "Only this sandbox");
        _requests = app.Flag("-r|--requests", "A line for every request instead of every host");
        _follow = app.Flag("-f|--follow", "Requests as they come, until Ctrl-C; behind those that --since asks for");
        _denied = app.Flag("--denied", "Only what was refused");
        _since = app.Value("--since <WHEN>", "Only from then on: a duration ago (10m, 1d), a date (RFC 3339) or a Unix time");
        _limit = app.Value("--limit <N>", "At most the latest N (default: 1000; 0 for all)");
        _type = app.Value("--type <TYPE>", "Accepted: all or network");
        _type.ShowInHelpText = false;
        _format = new FormatOptions(app);
        app.Examples(
            ("sbx policy log shell-my-project --denied", "which hosts it was refused, and by which rule"),
            ("sbx policy log --requests --since 10m", "every request of the last ten minutes"),
            ("sbx policy log --follow --json | jq -r .host", "watch; one JSON document a line"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var query = Query(context);
        if (_follow.HasValue())
        {
            if (format == OutputFormat.Yaml)
                throw new SbxException(ErrorCode.Usage, "--follow has no YAML", "use --json: one document a line");
            await FollowAsync(context, query, format, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Success;
        }

        if (_requests.HasValue())
            Show(context, await context.Client.Egress.RequestsAsync(query, cancellationToken).ConfigureAwait(false), format);
        else
            Show(context, await context.Client.Egress.SummarizeAsync(query, cancellationToken).ConfigureAwait(false), format);
        return ExitCodes.Success;
    }

    private EgressQuery Query(CliContext context)
    {
        if (_type.Value() is { } type && type is not ("all" or "network" or "filesystem"))
            throw new SbxException(ErrorCode.Usage, $"--type: there is no '{type}'", "one of all, network");
        if (!int.TryParse(_limit.Value() ?? "1000", NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            throw new SbxException(ErrorCode.Usage, $"--limit: '{_limit.Value()}' is not a number of entries", "for example: --limit 50; 0 for all");
        return new EgressQuery
        {
            Sandbox = _sandbox.Value is { } name ? SandboxName.Check(name) : null,
            Since = _since.Value() is { } since ? PointInTime.Parse(since, context.Time.GetUtcNow()) : null,
            DeniedOnly = _denied.HasValue(),
            Limit = limit,
        };
    }

    // The stream is opened before the past is asked for, so that nothing falls between the two.
    private static async Task FollowAsync(CliContext context, EgressQuery query, OutputFormat format, CancellationToken cancellationToken)
    {
        var text = new RequestText(context.Time.LocalTimeZone);
        var coming = context.Client.Egress.FollowAsync(query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (coming.ConfigureAwait(false))
        {
            var next = coming.MoveNextAsync().AsTask();
            var shown = new HashSet<(long, double, int?)>();
            if (query.Since is not null)
            {
                foreach (var request in (await context.Client.Egress.RequestsAsync(query, cancellationToken).ConfigureAwait(false)).Requests)
                {
                    shown.Add(Key(request));
                    Write(context, request, text, format);
                }
            }

            for (; await next.ConfigureAwait(false); next = coming.MoveNextAsync().AsTask())
            {
                if (!shown.Remove(Key(coming.Current)))
                    Write(context, coming.Current, text, format);
            }
        }

        throw new SbxException(ErrorCode.Daemon, "the daemon has ended, and the log with it", "run the command again");
    }

    // A tunnel comes twice under one number, open and ended.
    private static (long Id, double Duration, int? Status) Key(EgressRequest request) => (request.Id, request.DurationMilliseconds, request.Status);

    private static void Write(CliContext context, EgressRequest request, RequestText text, OutputFormat format) =>
        context.Write(format == OutputFormat.Json ? RequestText.Json(request) : text.Line(request));

    private static void Show(CliContext context, EgressRequestList list, OutputFormat format)
    {
        if (format != OutputFormat.Table)
            JsonOutput.Write(context, list, DoorJson.Default.EgressRequestList, format);
        else if (list.Requests.Count == 0)
            context.WriteError("No policy log entries found\n");
        else
            context.Write(new RequestText(context.Time.LocalTimeZone).Table(list.Requests, context.Terminal.IsOutputTerminal));
    }

    private static void Show(CliContext context, EgressSummary summary, OutputFormat format)
    {
        if (format != OutputFormat.Table)
            JsonOutput.Write(context, summary, DoorJson.Default.EgressSummary, format);
        else if (summary.BlockedHosts.Count + summary.AllowedHosts.Count == 0)
            context.WriteError("No policy log entries found\n");
        else
            context.Write(new SummaryText(context.Time.LocalTimeZone, context.Terminal.IsOutputTerminal).Of(summary));
    }
}
