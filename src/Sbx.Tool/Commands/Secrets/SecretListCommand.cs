using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret ls</c>: what is stored, masked, and where.</summary>
internal sealed class SecretListCommand : CliCommand
{
    /// <summary>Scope of secrets for all sandboxes.</summary>
    public const string GlobalScope = "(global)";

    private ScopeOptions _scope = null!;
    private CommandOption _service = null!;
    private CommandOption _quiet = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "List stored secrets with their values masked, and the credentials that are used from the environment.";
        _scope = new ScopeOptions(app, "Only those of this sandbox", globalIsOld: false);
        _service = app.Value("--service <SERVICE>", "Only those of this service");
        _quiet = app.Flag("-q|--quiet", "Names of services only");
        _format = new FormatOptions(app);
        app.Examples(("sbx secret ls --json | jq -r '.secrets[].service'", "names of services that have one"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var scope = _scope.Sandbox() ?? (_scope.Global ? GlobalScope : null);
        var listing = await context.Client.Secrets.ListAsync(cancellationToken).ConfigureAwait(false);
        var secrets = listing.Secrets.Where(s => (scope is null || s.Scope == scope) && (_service.Value() is null || s.Service == _service.Value())).ToList();
        IReadOnlyList<ServiceInfo> services = secrets.Any(s => s.Custom)
            ? (await context.Client.Secrets.ServicesAsync(cancellationToken).ConfigureAwait(false)).Services
            : [];
        // What is used from the environment is for all sandboxes.
        var environment = listing.Environment.Where(e => scope is null or GlobalScope && (_service.Value() is null || e.Service == _service.Value())).ToList();
        var document = new SecretsDocument(
            [.. secrets.Where(s => !s.Custom)], [.. secrets.Where(s => s.Custom).Select(s => CustomSecretDocument.Of(s, services.FirstOrDefault(v => v.Name == s.Service)))],
            environment, environment.Count(e => !e.Stored), listing.Store, listing.StoreKind);
        if (_quiet.HasValue())
            context.Write(string.Concat(secrets.Select(s => Printable.Line(s.Service)).Distinct().Select(s => s + "\n")));
        else if (format != OutputFormat.Table)
            JsonOutput.Write(context, document, DoorJson.Default.SecretsDocument, format);
        else
            Show(context, document, scope);
        return ExitCodes.Success;
    }

    private static void Show(CliContext context, SecretsDocument document, string? scope)
    {
        var text = SecretText.Of(document, context.Terminal.IsOutputTerminal);
        if (text.Length > 0)
            context.Write(text);
        else
            context.WriteError($"No secrets{(scope is null ? "" : $" in scope {scope}")}. Store one: sbx secret set SERVICE\n");
        context.WriteError($"Kept in: {Printable.Line(document.Store)}\n");
    }
}
