using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy rm</c>: removes rules, no longer in force at once.</summary>
internal sealed class PolicyRemoveCommand : CliCommand
{
    private CommandArgument _words = null!;
    private ScopeOptions _scope = null!;
    private CommandOption _id = null!;
    private CommandOption _resource = null!;
    private CommandOption _method = null!;
    private CommandOption _path = null!;
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Remove rules of the policy, by id or by what they are for. In force at once.";
        _words = app.Word("[network] [id]", "Id of the rule, as 'sbx policy ls' and refusals name it", many: true);
        _id = app.Value("--id <ID>", "The same as an option");
        _resource = app.Values("--resource <HOST>", "Rules for this host, as it is written in them; several times or a list");
        _method = app.Value("--method <LIST>", "With --resource: only rules with these methods");
        _path = app.Value("--path <PATTERN>", "With --resource: only rules with this path");
        _scope = new ScopeOptions(app, "Rules of this sandbox (default: those for all; an id is found everywhere)");
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Print the removed rules, or the failure, as JSON");
        app.Examples(
            ("sbx policy rm 6f9c2a1e", "asks first"),
            ("sbx policy rm network --resource api.example.com --sandbox shell-my-project --force", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var words = NetworkWords.WithoutKind(_words.Values);
        if (words.Count > 1)
            throw new SbxException(ErrorCode.Usage, "one rule at a time", "for several: sbx policy rm network --resource A,B");
        var id = words.FirstOrDefault() ?? _id.Value();
        if (words.Count == 1 && _id.HasValue() && _id.Value() != id)
            throw new SbxException(ErrorCode.Usage, "two ids are given", "give one");
        var resources = NetworkWords.Split(_resource.Values);
        if (id is null == (resources.Count == 0))
            throw new SbxException(
                ErrorCode.Usage, id is null ? "remove which rule? Give --id or --resource" : "--id and --resource contradict each other", "ids and resources: sbx policy ls");
        if (id is not null && (_method.HasValue() || _path.HasValue()))
            throw new SbxException(ErrorCode.Usage, "--method and --path go with --resource", "an id names one rule");
        var sandbox = _scope.Sandbox();
        if (!_force.HasValue())
        {
            var question = id is null
                ? $"Remove the rules for {string.Join(", ", resources)}{Selector(" ", _method)}{Selector(" ", _path)} (scope: {(sandbox is null ? "global" : "sandbox:" + sandbox)})?"
                : await QuestionAsync(context, id, sandbox, cancellationToken).ConfigureAwait(false);
            await Question.ConfirmAsync(context, question, "--force", cancellationToken).ConfigureAwait(false);
        }

        var request = new PolicyRemoveRequest { Sandbox = sandbox, Id = id, Resources = resources, Method = _method.Value(), Path = _path.Value() };
        var change = await context.Client.Policy.RemoveAsync(request, cancellationToken).ConfigureAwait(false);
        RuleText.Write(context, change, "removed", WantsJson);
        return ExitCodes.Success;
    }

    private static string Selector(string before, CommandOption option) => option.HasValue() ? before + option.Value() : "";

    // Where nobody can be asked, there is no need to know more of the rule.
    private static async Task<string> QuestionAsync(CliContext context, string id, string? sandbox, CancellationToken cancellationToken)
    {
        if (!context.CanAsk)
            return $"Remove rule {id}?";
        var rule = (await context.Client.Policy.InspectAsync(id, sandbox, cancellationToken).ConfigureAwait(false)).Rule;
        return $"Remove rule {rule.Id}: {rule.Decision} {RuleText.Of(rule)} (scope: {RuleText.Scope(rule)})?";
    }
}
