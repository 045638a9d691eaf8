using Sbx.Policies.Hosts;

namespace Sbx.Secrets.Services;

/// <summary>The services that are known: built-in ones and the user's own. Immutable; see <see cref="ServicesFile"/> for changes.</summary>
public sealed class ServiceRegistry
{
    private readonly IReadOnlyList<ServiceDefinition> _services;
    private readonly Dictionary<string, ServiceDefinition> _byName;

    /// <summary>The built-in services and some of the user's own.</summary>
    /// <param name="own">Own services; a name that is built in is refused.</param>
    /// <exception cref="SecretException">A name comes twice.</exception>
    public ServiceRegistry(IEnumerable<ServiceDefinition> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        _services = [.. BuiltInServices.All, .. own];
        _byName = new Dictionary<string, ServiceDefinition>(StringComparer.Ordinal);
        foreach (var service in _services)
        {
            if (!_byName.TryAdd(service.Name, service))
                throw new SecretException(SecretErrorKind.Conflict, $"The service '{service.Name}' exists already.", "Give the service another name.");
        }
    }

    /// <summary>All services, the built-in ones first.</summary>
    public IReadOnlyList<ServiceDefinition> All => _services;

    /// <summary>The service of a name.</summary>
    /// <exception cref="SecretException">There is none; the hint names those there are.</exception>
    public ServiceDefinition Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out var service)
            ? service
            : throw new SecretException(
                SecretErrorKind.NotFound, $"There is no service '{Printable.Text(name)}'.", $"Services: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}. Add your own with: sbx secret service add");
    }

    /// <summary>Whether there is a service of a name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Services whose credential goes to a destination, those limited to longer paths first, then exact hosts before patterns.</summary>
    public IEnumerable<(ServiceDefinition Service, ServiceEndpoint Endpoint)> Find(Authority target)
    {
        ArgumentNullException.ThrowIfNull(target);
        List<(ServiceDefinition Service, ServiceEndpoint Endpoint)>? found = null;
        foreach (var service in _services)
        {
            foreach (var endpoint in service.Endpoints)
            {
                if (endpoint.Matches(target))
                    (found ??= []).Add((service, endpoint));
            }
        }

        if (found is null)
            return [];
        return found.Count == 1 ? found : found.OrderByDescending(f => f.Endpoint.PathPrefix?.Length ?? 0).ThenBy(f => f.Endpoint.Host.Host is null);
    }
}
