using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Api.Client;

/// <summary>Secrets and the services they are for. Every failure is an <see cref="SbxException"/>. Thread-safe.</summary>
public sealed class SecretClient
{
    private readonly SbxClient _client;

    internal SecretClient(SbxClient client) => _client = client;

    /// <summary>What is stored, masked.</summary>
    public Task<SecretListing> ListAsync(CancellationToken cancellationToken) =>
        _client.GetAsync("secrets", ApiJson.Default.SecretListing, cancellationToken);

    /// <summary>Stores a value; takes effect at once.</summary>
    /// <param name="sandbox">Sandbox it is for; null for the global scope.</param>
    /// <param name="service">Service.</param>
    /// <param name="value">UTF-8 bytes; the caller zeroes them afterwards.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SetAsync(string? sandbox, string service, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        _client.PutAsync("secrets/value" + PolicyClient.Query(("service", service), ("sandbox", sandbox)), value, cancellationToken);

    /// <summary>Stores a command or reference that gives the value when it is needed.</summary>
    public Task SetSourceAsync(SecretSourceRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("secrets/source", request, ApiJson.Default.SecretSourceRequest, cancellationToken);

    /// <summary>Stores the credential that this process has in its environment, in the global scope.</summary>
    public Task ImportAsync(string service, CancellationToken cancellationToken) =>
        _client.PostAsync("secrets/import" + PolicyClient.Query(("service", service)), cancellationToken);

    /// <summary>Removes a secret; takes effect at once.</summary>
    public Task RemoveAsync(string? sandbox, string service, CancellationToken cancellationToken) =>
        _client.DeleteAsync("secrets" + PolicyClient.Query(("service", service), ("sandbox", sandbox)), cancellationToken);

    /// <summary>Services whose credential sbx can hold.</summary>
    public Task<ServiceList> ServicesAsync(CancellationToken cancellationToken) =>
        _client.GetAsync("services", ApiJson.Default.ServiceList, cancellationToken);

    /// <summary>Adds or replaces a service of the user's own.</summary>
    /// <returns>The service as it is now, with its placeholder.</returns>
    public Task<ServiceInfo> SaveServiceAsync(ServiceRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("services", request, ApiJson.Default.ServiceRequest, ApiJson.Default.ServiceInfo, cancellationToken);

    /// <summary>Removes a service of the user's own.</summary>
    public Task RemoveServiceAsync(string name, CancellationToken cancellationToken) =>
        _client.DeleteAsync($"services/{Uri.EscapeDataString(name)}", cancellationToken);
}
