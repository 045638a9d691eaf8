using Sbx.Policies.Patterns;

namespace Sbx.Secrets.Services;

/// <summary>Makes definitions of the user's own services; every known auth carrier is removed from requests to their hosts.</summary>
public static class ServiceBuilder
{
    /// <summary>A service whose credential is written as a header.</summary>
    /// <param name="name">Name.</param>
    /// <param name="hosts">Hosts it goes to.</param>
    /// <param name="header">The header to write.</param>
    /// <param name="variable">Variable it has on the host and, with the placeholder, in the guest; null for none.</param>
    /// <param name="pathPrefix">Path it is limited to; null for every path.</param>
    /// <exception cref="SecretException">Something of it is not valid.</exception>
    public static ServiceDefinition ForHeader(string name, IReadOnlyList<HostPattern> hosts, HeaderTemplate header, string? variable = null, string? pathPrefix = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        var placeholders = variable is null ? [] : new Dictionary<string, string> { [variable] = PlaceholderText.Default };
        var service = Build(name, hosts, pathPrefix, [header], ServiceScheme.Header, variable is null ? [] : [variable], placeholders, [], []);
        ServiceRules.Check(service);
        return service;
    }

    /// <summary>A custom secret: its placeholder is replaced where it stands in headers or query of requests to its hosts.</summary>
    /// <param name="name">Name; null makes one of the variable or host.</param>
    /// <param name="hosts">Hosts it goes to.</param>
    /// <param name="variable">Variable of the guest that holds the placeholder; null for none.</param>
    /// <param name="placeholder">Placeholder; <c>{rand}</c> becomes 24 random characters. Null takes <c>sbx-cs-{rand}</c>.</param>
    /// <exception cref="SecretException">Something of it is not valid.</exception>
    public static ServiceDefinition Custom(string? name, IReadOnlyList<HostPattern> hosts, string? variable, string? placeholder)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var random = System.Security.Cryptography.RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 24);
        var text = (placeholder ?? "sbx-cs-{rand}").Replace("{rand}", random, StringComparison.Ordinal);
        var made = name ?? "custom-" + new string([.. (variable ?? hosts.FirstOrDefault()?.Text ?? "").ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(33)]).Trim('-');
        var service = Build(made, hosts, null, [], ServiceScheme.Substitute, [], new Dictionary<string, string> { [variable ?? "SBX_SECRET"] = text }, [], []);
        ServiceRules.Check(service);
        return service;
    }

    internal static ServiceDefinition Build(
        string name, IReadOnlyList<HostPattern> hosts, string? path, IReadOnlyList<HeaderTemplate> headers, ServiceScheme scheme, IReadOnlyList<string> hostVariables,
        IReadOnlyDictionary<string, string> placeholders, IReadOnlyList<string> stripHeaders, IReadOnlyList<string> stripQuery) => new()
        {
            Name = name,
            HostVariables = hostVariables,
            Placeholders = placeholders,
            Endpoints = [.. hosts.Select(h => new ServiceEndpoint(h, path, headers))],
            CarrierHeaders = [.. BuiltInServices.Headers.Concat(headers.Select(h => h.Name)).Concat(stripHeaders).Distinct(StringComparer.OrdinalIgnoreCase)],
            CarrierQuery = [.. BuiltInServices.Query.Concat(stripQuery).Distinct(StringComparer.OrdinalIgnoreCase)],
            Scheme = scheme,
        };

    internal static (IReadOnlyList<string> Headers, IReadOnlyList<string> Query) Extra(ServiceDefinition service)
    {
        var written = service.Endpoints.SelectMany(e => e.Headers).Select(h => h.Name);
        return (
            [.. service.CarrierHeaders.Except(BuiltInServices.Headers, StringComparer.OrdinalIgnoreCase).Except(written, StringComparer.OrdinalIgnoreCase)],
            [.. service.CarrierQuery.Except(BuiltInServices.Query, StringComparer.OrdinalIgnoreCase)]);
    }
}
