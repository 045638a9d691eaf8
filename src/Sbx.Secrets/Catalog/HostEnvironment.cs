using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>Credentials in the host's environment.</summary>
internal static class HostEnvironment
{
    public static bool Has(ServiceDefinition service, Func<string, string?> variable)
        => service.Scheme == ServiceScheme.AwsSigV4
            ? service.HostVariables.Take(2).All(v => variable(v) is { Length: > 0 })
            : service.HostVariables.Any(v => variable(v) is { Length: > 0 });

    /// <summary>The value; null when there is none.</summary>
    /// <exception cref="SecretException">It cannot be used, for example because of a line break.</exception>
    public static SecretValue? Read(ServiceDefinition service, Func<string, string?> variable)
    {
        if (!Has(service, variable))
            return null;
        if (service.Scheme == ServiceScheme.AwsSigV4)
            return SecretValue.FromText(string.Join(':', service.HostVariables.Select(variable).Where(v => v is { Length: > 0 }).Select(v => v!.Trim())));
        return SecretValue.FromText(variable(service.HostVariables.First(v => variable(v) is { Length: > 0 }))!.AsSpan().Trim());
    }

    public static IReadOnlyList<EnvironmentSecret> Find(IEnumerable<ServiceDefinition> services, Func<string, string?> variable, Func<string, bool> isStored)
    {
        var found = new List<EnvironmentSecret>();
        foreach (var service in services.Where(s => Has(s, variable)))
        {
            using var value = Read(service, variable)!;
            found.Add(new EnvironmentSecret(service.Name, service.HostVariables.First(v => variable(v) is { Length: > 0 }), value.Masked(), isStored(service.Name)));
        }

        return found;
    }
}
