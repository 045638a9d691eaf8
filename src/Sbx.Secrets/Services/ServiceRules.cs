using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;

namespace Sbx.Secrets.Services;

/// <summary>What a service of the user's own must keep to; the same for the file and for commands.</summary>
internal static class ServiceRules
{
    private static readonly string[] ForbiddenHeaders =
    [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive", "proxy-connection", "expect", "content-type",
    ];

    /// <exception cref="SecretException">It breaks a rule.</exception>
    public static void Check(ServiceDefinition service)
    {
        CheckName(service.Name);
        if (service.Endpoints.Count == 0)
            throw Invalid(service, "it has no host", "Name at least one host the credential goes to.");
        foreach (var endpoint in service.Endpoints)
        {
            CheckHost(service, endpoint.Host);
            if (endpoint.PathPrefix is { } path && (!RequestPath.TryCanonicalize(path, out var canonical, out _) || canonical != path || path.Contains('*', StringComparison.Ordinal)))
                throw Invalid(service, $"the path '{Printable.Text(path)}' is not a canonical prefix", "Write for example /v1/.");
            if (service.Scheme == ServiceScheme.Header && endpoint.Headers.Count == 0)
                throw Invalid(service, "it has no header to write", "Name one, for example Authorization with the prefix 'Bearer '.");
            foreach (var header in endpoint.Headers)
            {
                CheckHeader(service, header.Name);
                if (header.Prefix.Any(c => c is < ' ' or > '~') || header.Prefix.Length > 100)
                    throw Invalid(service, "the prefix of its header has a character that no header has");
            }
        }

        foreach (var header in service.CarrierHeaders)
            CheckHeader(service, header);
        foreach (var variable in service.HostVariables.Concat(service.Placeholders.Keys))
            CheckVariable(service, variable);
        foreach (var placeholder in service.Placeholders.Values)
        {
            if (placeholder.Length is < 8 or > 200 || placeholder.Any(c => c is <= ' ' or > '~'))
                throw Invalid(service, "its placeholder is not 8 to 200 printable characters without spaces");
        }
    }

    public static void CheckName(string name)
    {
        if (name.Length is < 1 or > 40 || !char.IsAsciiLetterLower(name[0]) || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new SecretException(SecretErrorKind.Invalid, $"'{Printable.Text(name)}' is not a name for a service.", "Names have 1 to 40 lower-case letters, digits and hyphens, and start with a letter.");
    }

    private static void CheckHost(ServiceDefinition service, HostPattern host)
    {
        if (host.IsAddress || host.IsHostLoopback)
            throw Invalid(service, $"'{host}' is an address", "A credential goes only to a name that TLS verifies.");
        var suffix = host.Kind switch
        {
            HostPatternKind.Any => "",
            HostPatternKind.Below => host.Suffix,
            HostPatternKind.Glob => string.Join('.', host.Labels.Reverse().TakeWhile(l => l.IsLiteral).Reverse().Select(l => l.Text)),
            _ => null,
        };
        if (suffix is not null && !suffix.Contains('.', StringComparison.Ordinal))
            throw Invalid(service, $"'{host}' covers hosts of other owners", "Name the hosts, or a pattern below one domain such as *.example.com.");
        var taken = BuiltInServices.All.FirstOrDefault(b => b.Endpoints.Any(e => e.Host.Equals(host) || (host.Host is { } name && e.Host.Matches(name, 443)) || (e.Host.Host is { } other && host.MatchesHost(other))));
        if (taken is not null)
            throw Invalid(service, $"'{host}' is a host of the built-in service {taken.Name}", $"Store the key there with: sbx secret set {taken.Name}");
    }

    private static void CheckHeader(ServiceDefinition service, string name)
    {
        if (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            throw Invalid(service, $"'{Printable.Text(name)}' is not a header name");
        if (ForbiddenHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw Invalid(service, $"the header {name} belongs to the connection and cannot carry a credential");
    }

    private static void CheckVariable(ServiceDefinition service, string name)
    {
        if (name.Length is 0 or > 100 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw Invalid(service, $"'{Printable.Text(name)}' is not a name for a variable");
        if (name is "PATH" or "HOME" or "SHELL" or "USER" || name.StartsWith("LD_", StringComparison.Ordinal) || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase))
            throw Invalid(service, $"the variable {name} means something else to programs");
    }

    private static SecretException Invalid(ServiceDefinition service, string problem, string? hint = null)
        => new(SecretErrorKind.Invalid, $"The service '{Printable.Text(service.Name)}' is not valid: {problem}.", hint);
}
