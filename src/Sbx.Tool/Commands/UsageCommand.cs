using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx df</c>: what everything takes on the host.</summary>
internal sealed class UsageCommand : CliCommand
{
    private FormatOptions _format = null!;
    private CommandOption _verbose = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show what sandboxes and images take of disk and memory.";
        _format = new FormatOptions(app);
        _verbose = app.Flag("-v|--verbose", "A line for every sandbox");
        app.Examples(("sbx df -v", "with a line for every sandbox"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var usage = await context.Client.GetDiskUsageAsync(cancellationToken).ConfigureAwait(false);
        var disks = usage.Sandboxes.Sum(s => s.DiskBytes);
        var document = new UsageDocument(usage.Sandboxes, usage.WarmImageBytes, usage.ImageBytes, disks + usage.WarmImageBytes + usage.ImageBytes);
        if (format != OutputFormat.Table)
        {
            JsonOutput.Write(context, document, ToolJson.Default.UsageDocument, format);
            return ExitCodes.Success;
        }

        var table = new TextTable("TYPE", "COUNT", "DISK", "MEMORY");
        table.Add("Sandboxes", $"{usage.Sandboxes.Count}", HumanText.Bytes(disks), HumanText.Bytes(usage.Sandboxes.Sum(s => s.MemoryBytes ?? 0)));
        table.Add("Warm images", "-", HumanText.Bytes(usage.WarmImageBytes), "-");
        table.Add("Guest and templates", "-", HumanText.Bytes(usage.ImageBytes), "-");
        table.Add("Total", "-", HumanText.Bytes(document.TotalBytes), "-");
        context.Write(table.ToText(context.Terminal.IsOutputTerminal));
        if (_verbose.HasValue() && usage.Sandboxes.Count > 0)
        {
            var each = new TextTable("SANDBOX", "DISK", "LIMIT", "MEMORY");
            foreach (var s in usage.Sandboxes)
                each.Add(s.Name, HumanText.Bytes(s.DiskBytes), HumanText.Bytes(s.DiskLimit), s.MemoryBytes is { } memory ? HumanText.Bytes(memory) : "-");
            context.Write("\n" + each.ToText(context.Terminal.IsOutputTerminal));
        }

        return ExitCodes.Success;
    }
}
