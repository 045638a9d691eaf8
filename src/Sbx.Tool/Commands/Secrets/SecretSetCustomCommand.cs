using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Commands.Policy;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret set-custom</c>: a secret of any kind, whose placeholder is replaced on its way to its hosts.</summary>
internal sealed class SecretSetCustomCommand : CliCommand
{
    private CommandOption _host = null!;
    private CommandOption _env = null!;
    private CommandOption _placeholder = null!;
    private CommandOption _name = null!;
    private ScopeOptions _scope = null!;
    private SourceOptions _source = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Store a secret of your own kind: sandboxes hold a placeholder in a variable, and wherever it stands in the headers\n" +
            "or query of a request to the given hosts, the secret takes its place. Prints the placeholder.";
        _host = app.Values("--host <HOST>", "Host it may go to, * and ** as in rules; several times or a list");
        _env = app.Value("--env <VAR>", "Variable that holds the placeholder in sandboxes");
        _placeholder = app.Value("--placeholder <TEXT>", "Placeholder; {rand} becomes random characters (default: a random one)");
        _name = app.Value("--name <NAME>", "Name for 'secret ls' and 'secret rm' (default: a new one)");
        _scope = new ScopeOptions(app, "Only for this sandbox", globalIsOld: false);
        _source = new SourceOptions(app, "on-demand");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(
            ("sbx secret set-custom --host api.example.com --env EXAMPLE_TOKEN", "asks for the secret"),
            ("sbx secret set-custom --host '*.example.com' --env TOKEN --command 'pass show example'", "fetched when it is needed"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        _source.Check();
        var hosts = NetworkWords.Split(_host.Values);
        if (hosts.Count == 0)
            throw new SbxException(ErrorCode.Usage, "to which hosts may the secret go? Give --host", "for example: --host api.example.com");
        if (_env.Value() is not { Length: > 0 } variable)
            throw new SbxException(ErrorCode.Usage, "which variable holds the placeholder? Give --env", "for example: --env EXAMPLE_TOKEN");
        var sandbox = _scope.Sandbox();
        using var value = await _source.ReadAsync(context, $"the secret for {hosts[0]}", cancellationToken).ConfigureAwait(false);
        var client = context.Client.Secrets;
        var service = await client.SaveServiceAsync(
            new ServiceRequest { Name = _name.Value(), Hosts = hosts, Variable = variable, Placeholder = _placeholder.Value() }, cancellationToken).ConfigureAwait(false);
        try
        {
            await _source.StoreAsync(client, sandbox, service.Name, value, cancellationToken).ConfigureAwait(false);
        }
        catch (SbxException) when (_name.Value() is null)
        {
            // A service without a secret would only be in the way.
            await client.RemoveServiceAsync(service.Name, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        context.WriteError($"✓ Stored the secret {service.Name} (scope: {sandbox ?? "(global)"}); its placeholder is in ${variable} of sandboxes:\n");
        context.Write(service.Placeholders.GetValueOrDefault(variable, "") + "\n");
        return ExitCodes.Success;
    }
}
