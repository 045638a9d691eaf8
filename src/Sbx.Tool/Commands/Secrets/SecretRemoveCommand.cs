using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret rm</c>: removes secrets; sandboxes lose them at once.</summary>
internal sealed class SecretRemoveCommand : CliCommand
{
    private CommandArgument _words = null!;
    private ScopeOptions _scope = null!;
    private CommandOption _all = null!;
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Remove stored secrets. Running sandboxes can no longer use them at once.";
        _words = app.Word("[sandbox] [service]", "Service or name of a custom secret; a sandbox in front of it: only there", many: true);
        _scope = new ScopeOptions(app, "The one of this sandbox (default: the global one)", globalIsOld: false);
        _all = app.Flag("--all", "All secrets of that scope");
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx secret rm openai", "asks first"), ("sbx secret rm --sandbox shell-my-project --all --force", "all of one sandbox, in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var words = _words.Values;
        if (words.Count > (_all.HasValue() ? 0 : 2) || (words.Count == 0 && !_all.HasValue()))
            throw new SbxException(ErrorCode.Usage, words.Count == 0 ? "remove which secret? Give a service, or --all" : "a service, or --all for all of a scope", "what is stored: sbx secret ls");
        var sandbox = _scope.Sandbox(words.Count == 2 ? words[0] : null);
        var scope = sandbox ?? SecretListCommand.GlobalScope;
        if (!_force.HasValue() && !context.CanAsk)
            await Question.ConfirmAsync(context, Ask(words.Count == 0 ? null : words[^1]!, scope), "--force", cancellationToken).ConfigureAwait(false);
        var stored = (await context.Client.Secrets.ListAsync(cancellationToken).ConfigureAwait(false)).Secrets;
        var chosen = stored.Where(s => s.Scope == scope && (_all.HasValue() || s.Service == words[^1])).ToList();
        if (chosen.Count == 0)
            throw new SbxException(
                ErrorCode.NotFound, _all.HasValue() ? $"no secret is stored in scope {scope}" : $"no secret of '{words[^1]}' is stored in scope {scope}", Elsewhere(stored, words));
        if (!_force.HasValue())
            await Question.ConfirmAsync(context, Ask(_all.HasValue() ? string.Join(", ", chosen.Select(s => s.Service)) : words[^1]!, scope), "--force", cancellationToken).ConfigureAwait(false);
        foreach (var secret in chosen)
            await RemoveAsync(context, secret, sandbox, stored, cancellationToken).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static string Ask(string? services, string scope) => services is null ? $"Remove all secrets (scope: {scope})?" : $"Remove the secret of {services} (scope: {scope})?";

    private static string Elsewhere(IReadOnlyList<SecretInfo> stored, IReadOnlyList<string?> words)
    {
        var scopes = words.Count == 0 ? [] : stored.Where(s => s.Service == words[^1]).Select(s => s.Scope).ToList();
        return scopes.Count == 0 ? "what is stored: sbx secret ls" : $"there is one in scope {string.Join(", ", scopes)}";
    }

    // A custom secret is all that its service is for.
    private static async Task RemoveAsync(CliContext context, SecretInfo secret, string? sandbox, IReadOnlyList<SecretInfo> stored, CancellationToken cancellationToken)
    {
        await context.Client.Secrets.RemoveAsync(sandbox, secret.Service, cancellationToken).ConfigureAwait(false);
        if (secret.Custom && stored.Count(s => s.Service == secret.Service) == 1)
            await context.Client.Secrets.RemoveServiceAsync(secret.Service, cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Removed the secret of {Output.Printable.Line(secret.Service)} (scope: {secret.Scope})\n");
    }
}
