using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy init</c>: chooses the preset for everybody; asks on a terminal.</summary>
internal sealed class PolicyInitCommand : CliCommand
{
    private CommandArgument _preset = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Choose what sandboxes may reach where no rule of yours says more. Rules stay as they are.";
        _preset = app.Word("[allow-all|balanced|deny-all]", string.Join('\n', Presets.All.Select(p => $"{p.Name}: {p.Meaning}")));
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx policy init", "shows the three and asks"), ("sbx policy init deny-all", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var preset = _preset.Value is { } given ? Presets.Check(given) : await AskAsync(context, cancellationToken).ConfigureAwait(false);
        await context.Client.Policy.InitAsync(new PolicyInitRequest(preset), cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Preset: {preset}. See: sbx policy ls\n");
        return ExitCodes.Success;
    }

    private static async Task<string> AskAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (!context.CanAsk)
            throw new SbxException(ErrorCode.Usage, $"which preset? One of {Presets.Names}", "for example: sbx policy init balanced");
        var lines = Presets.All.Select((p, i) => $"  {i + 1}  {p.Name,-11}{p.Meaning}\n");
        context.WriteError($"What may sandboxes reach where no rule of yours says more?\n\n{string.Concat(lines)}\n");
        var answer = await Question.AnswerAsync(context, "Number or name (Enter for balanced): ", cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            null => throw new SbxException(ErrorCode.Declined, "nothing was chosen", "choose with: sbx policy init balanced"),
            "" => "balanced",
            "1" or "2" or "3" => Presets.All[answer[0] - '1'].Name,
            _ => Presets.Check(answer),
        };
    }
}
