using Microsoft.AspNetCore.Http;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Http;
using Sbx.Daemon.Sandboxes;
using Sbx.Policies.Patterns;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;
using SecretListing = Sbx.Api.Contracts.SecretListing;

namespace Sbx.Daemon.Secrets;

/// <summary>What the API offers of secrets. Thread-safe.</summary>
internal sealed class SecretService(SecretVault vault, SandboxService sandboxes)
{
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromDays(365);

    public Task TakeFromClientAsync(HttpContext context) =>
        PeerProcess.IdOf(context) is { } id ? vault.TakeFromClientAsync(id, context.RequestAborted) : Task.CompletedTask;

    public async Task<SecretListing> ListAsync(CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        var stored = await catalog.ListAsync(cancellationToken).ConfigureAwait(false);
        return new SecretListing(
            [.. stored.Select(s => new SecretInfo(s.Scope, s.Service, s.Secret, s.Kind, s.Custom))],
            [.. catalog.FindInEnvironment().Select(e => new EnvironmentSecretInfo(e.Service, e.Variable, e.Secret, e.Stored))],
            catalog.Store.Description, catalog.Store.Kind);
    }

    public async Task SetAsync(string? sandbox, string service, SecretValue value, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.SetAsync(Existing(sandbox), service, value, cancellationToken).ConfigureAwait(false);
    }

    public async Task SetSourceAsync(SecretSourceRequest request, CancellationToken cancellationToken)
    {
        if (request.Command is null == request.Reference is null)
            throw new SbxException(ErrorCode.Usage, "give either a command or a reference", "sbx secret set --help");
        var refresh = request.RefreshSeconds is >= 0 and var seconds && seconds <= LongestRefresh.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new SbxException(ErrorCode.Usage, "the refresh interval is not between 0 and 365 days", "for example --refresh 55m");
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.SetSourceAsync(
            Existing(request.Sandbox), request.Service, request.Command is null ? StoredSecretKind.Reference : StoredSecretKind.Command,
            request.Command ?? request.Reference!, refresh, request.Verify, cancellationToken).ConfigureAwait(false);
    }

    public async Task ImportAsync(string service, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.ImportAsync(service, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string? sandbox, string service, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.RemoveAsync(sandbox, service, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ServiceList> ServicesAsync(CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        return new ServiceList([.. catalog.Services.All.Select(Describe)]);
    }

    public async Task<ServiceInfo> SaveServiceAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        var hosts = request.Hosts.SelectMany(HostPattern.ParseList).ToList();
        var service = request.Header is { } header
            ? ServiceBuilder.ForHeader(
                request.Name ?? throw new SbxException(ErrorCode.Usage, "the service has no name", "sbx secret service add NAME …"), hosts,
                request.BasicUser is { } user
                    ? new HeaderTemplate(header, user, HeaderEncoding.Basic)
                    : new HeaderTemplate(header, request.Prefix ?? (header.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer " : "")),
                request.Variable, request.Path)
            : ServiceBuilder.Custom(request.Name, hosts, request.Variable, request.Placeholder);
        await catalog.SaveServiceAsync(service, cancellationToken).ConfigureAwait(false);
        return Describe(service);
    }

    public async Task RemoveServiceAsync(string name, CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        await catalog.RemoveServiceAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private static ServiceInfo Describe(ServiceDefinition service) => new()
    {
        Name = service.Name,
        Hosts = [.. service.Endpoints.Select(e => e.Host.Text)],
        Path = service.Endpoints[0].PathPrefix,
        Scheme = service.Scheme switch
        {
            ServiceScheme.AwsSigV4 => "aws-sigv4",
            ServiceScheme.Substitute => "substitute",
            _ => "header",
        },
        Headers = [.. service.Endpoints.SelectMany(e => e.Headers).Select(Describe).Distinct()],
        HostVariables = service.HostVariables,
        Placeholders = service.Placeholders,
        BuiltIn = service.BuiltIn,
    };

    private static string Describe(HeaderTemplate header) =>
        header.Encoding == HeaderEncoding.Basic ? $"{header.Name}: Basic base64({header.Prefix}:…)" : $"{header.Name}: {header.Prefix}…";

    // A secret for a sandbox that does not exist is a slip of the pen.
    private string? Existing(string? sandbox) => sandbox is null ? null : sandboxes.Get(sandbox).Record.Name;
}
