using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret set</c>: stores a credential, or how it is fetched.</summary>
internal sealed class SecretSetCommand : CliCommand
{
    private CommandArgument _words = null!;
    private ScopeOptions _scope = null!;
    private SourceOptions _source = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Store the credential of a service in this machine's keychain. It is asked for, or read from standard input.\n" +
            "Sandboxes never see it: they hold a placeholder, and the real one is written into requests to the service's hosts.";
        _words = app.Word("[sandbox] <service>", "Service, such as openai (all: sbx secret service ls); a sandbox in front of it: only there", many: true);
        _scope = new ScopeOptions(app, "Only for this sandbox", globalIsOld: false);
        _source = new SourceOptions(app, "55m");
        app.Flag("-f|--force", "Accepted; a stored value is replaced anyhow").ShowInHelpText = false;
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(
            ("sbx secret set openai", "asks for it, and does not show it"),
            ("pass show work/anthropic | sbx secret set --sandbox shell-my-project anthropic", "for one sandbox, from a pipe"),
            ("sbx secret set github --command 'gh auth token'", "fetched when it is needed"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        _source.Check();
        var words = _words.Values;
        if (words.Count is 0 or > 2)
            throw new SbxException(
                ErrorCode.Usage, words.Count == 0 ? "the secret of which service?" : "too many words: a service, and a sandbox in front of it, are all that is taken",
                "services: sbx secret service ls");
        var service = words[^1]!;
        // 'set SERVICE VALUE' must end here, before the value becomes a name in messages and logs.
        if (words.Count == 2 && !SecretNames.MayBeService(service))
            throw SourceOptions.OnCommandLine();
        var sandbox = _scope.Sandbox(words.Count == 2 ? words[0] : null);
        var services = (await context.Client.Secrets.ServicesAsync(cancellationToken).ConfigureAwait(false)).Services;
        Check(services, words.Count == 2 ? words[0]! : null, service);
        if (sandbox is not null)
            await context.Client.GetAsync(sandbox, cancellationToken).ConfigureAwait(false);
        using var value = await _source.ReadAsync(context, $"the {service} secret", cancellationToken).ConfigureAwait(false);
        await _source.StoreAsync(context.Client.Secrets, sandbox, service, value, cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Stored the secret of {service} (scope: {sandbox ?? "(global)"})\n");
        return ExitCodes.Success;
    }

    private static void Check(IReadOnlyList<ServiceInfo> services, string? first, string service)
    {
        if (services.Any(s => s.Name == service))
            return;
        if (first is not null && services.Any(s => s.Name == first))
            throw SourceOptions.OnCommandLine();
        throw new SbxException(
            ErrorCode.NotFound, $"there is no service '{service}'",
            $"services: {string.Join(", ", services.Select(s => s.Name))}; add your own: sbx secret service add");
    }
}
