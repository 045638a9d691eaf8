using System.Globalization;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx inspect</c>: all about one sandbox.</summary>
internal sealed class InspectCommand : CliCommand
{
    private CommandArgument _sandbox = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Sandboxes : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show all about a sandbox.";
        _sandbox = app.Word("<sandbox>", "Sandbox");
        _format = new FormatOptions(app);
        app.Examples(("sbx inspect shell-my-project --json", "for scripts"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        if (_sandbox.Value is not { } name)
            throw new SbxException(ErrorCode.Usage, "inspect which sandbox?", "names: sbx ls");
        var info = await context.Client.GetAsync(SandboxName.Check(name), cancellationToken).ConfigureAwait(false);
        var document = InspectDocument.Of(info, context.Time.GetUtcNow());
        if (format == OutputFormat.Table)
            context.Write(Text(document));
        else
            JsonOutput.Write(context, document, ToolJson.Default.InspectDocument, format);
        return ExitCodes.Success;
    }

    private static string Text(InspectDocument d)
    {
        var lines = new List<(string Label, string? Value)>
        {
            ("Name", d.Name),
            ("ID", d.Id),
            ("Agent", d.Agent),
            ("State", d.State.ToString().ToLowerInvariant() + (d.Uptime is null ? "" : $" for {d.Uptime}")),
            ("Sessions", d.Sessions.ToString(CultureInfo.InvariantCulture)),
            ("Workspace", d.Workspace ?? "none"),
            ("Template", $"{d.Image} ({d.ImageDigest})"),
            ("Size", string.Create(CultureInfo.InvariantCulture, $"{d.Limits.Cpus} CPU, {HumanText.Bytes(d.Limits.MemoryBytes)} memory, {HumanText.Bytes(d.Limits.DiskBytes)} disk at most")),
            ("Variables", d.Environment.Count == 0 ? null : string.Join(", ", d.Environment)),
            ("Start", d.StartMode),
            ("Created", $"{Time(d.CreatedAt)} by sbx {d.CreatedWith}"),
            ("Last used", d.LastUsed is { } used ? Time(used) : null),
            ("Stopped", d.StoppedAt is { } stopped ? Time(stopped) : null),
        };
        lines.InsertRange(6, d.Mounts.Skip(1).Select(m => ("  also", (string?)m.Source)));
        return string.Concat(lines.Where(l => l.Value is not null).Select(l => $"{l.Label + ":",-12}{Printable.Line(l.Value!)}\n"));
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
