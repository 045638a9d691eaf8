using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Refusals;
using Sbx.Secrets;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;

namespace Sbx.Egress.Requests;

/// <summary>What has to change in a request to a credentialed host: carriers of credentials that go, and what is written instead.</summary>
internal sealed class CredentialedRequest : IDisposable
{
    // The client keeps these with the content, and throws when they are asked for elsewhere.
    private static readonly HashSet<string> ContentHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Allow", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-MD5", "Content-Range", "Content-Type",
        "Expires", "Last-Modified",
    };

    private readonly CredentialBinding _binding;
    private readonly List<string> _removed = [];
    private readonly List<KeyValuePair<string, string>> _set = [];

    private CredentialedRequest(CredentialBinding binding, string pathAndQuery)
    {
        _binding = binding;
        PathAndQuery = pathAndQuery;
    }

    /// <summary>The request target to send.</summary>
    public string PathAndQuery { get; private set; }

    /// <summary>Judges the guest's request and prepares the changes.</summary>
    /// <param name="binding">The credential.</param>
    /// <param name="request">The guest's request.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="dropForeign">Whether a credential that sbx did not issue is dropped; otherwise the request is refused.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>The refusal, or null.</returns>
    public static Refusal? TryPrepare(
        CredentialBinding binding, HttpRequest request, RequestDestination destination, bool dropForeign, out CredentialedRequest changes)
    {
        var target = binding.StripQuery(destination.PathAndQuery, out var queryVerdict);
        changes = new CredentialedRequest(binding, target);
        if (binding.Service.Scheme == ServiceScheme.Substitute)
            return changes.Substitute(request, destination, queryVerdict, dropForeign);
        if (queryVerdict == CarrierVerdict.Foreign && !dropForeign)
            return Foreign(binding, destination, "the query");
        foreach (var (name, values) in request.Headers)
        {
            var worst = Worst(binding, name, values);
            if (worst == CarrierVerdict.None)
                continue;
            if (worst == CarrierVerdict.Foreign && !dropForeign)
                return Foreign(binding, destination, $"the header {Policies.Hosts.Printable.Text(name, 40)}");
            changes._removed.Add(name);
        }

        return null;
    }

    /// <summary>Adds headers that a signer computed; the guest's of the same name go.</summary>
    public void SetSigned(IReadOnlyList<string> owned, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        _removed.AddRange(owned);
        _set.AddRange(headers);
    }

    /// <summary>Applies the changes to the request about to be sent, whose headers are the guest's.</summary>
    public void Apply(HttpRequestMessage request)
    {
        foreach (var name in _removed)
            Remove(request, name);
        foreach (var (name, value) in _set)
            Set(request, name, value);
        _binding.WriteHeaders((name, value) => Set(request, name, value));
    }

    public void Dispose() => _set.Clear();

    private static CarrierVerdict Worst(CredentialBinding binding, string name, Microsoft.Extensions.Primitives.StringValues values)
    {
        var worst = CarrierVerdict.None;
        foreach (var value in values)
        {
            var verdict = binding.InspectHeader(name, value ?? "");
            if (verdict > worst)
                worst = verdict;
        }

        return worst;
    }

    // The placeholder may stand anywhere; a carrier without it is a credential of the guest's own.
    private Refusal? Substitute(HttpRequest request, RequestDestination destination, CarrierVerdict query, bool dropForeign)
    {
        if (query == CarrierVerdict.Foreign && !dropForeign)
            return Foreign(_binding, destination, "the query");
        PathAndQuery = _binding.Substitute(query == CarrierVerdict.Foreign ? PathAndQuery : destination.PathAndQuery, isTarget: true);
        foreach (var (name, values) in request.Headers)
        {
            var changed = false;
            var replaced = new List<string>(values.Count);
            foreach (var value in values)
            {
                var now = SubstitutedHeader.Of(_binding, value ?? "");
                if (now == value && _binding.InspectHeader(name, value) == CarrierVerdict.Foreign)
                {
                    if (!dropForeign)
                        return Foreign(_binding, destination, $"the header {Policies.Hosts.Printable.Text(name, 40)}");
                    changed = true;
                    continue;
                }

                changed |= now != value;
                replaced.Add(now);
            }

            if (!changed)
                continue;
            _removed.Add(name);
            foreach (var value in replaced)
                _set.Add(new(name, value));
        }

        return null;
    }

    private static Refusal Foreign(CredentialBinding binding, RequestDestination destination, string where) => Refusal.Credential(
        $"{where} carries a credential of its own, and sbx writes the credential of '{binding.Service.Name}' for {destination.Target.Host}. "
        + "Send the placeholder or no credential.");

    private static void Remove(HttpRequestMessage request, string name)
    {
        if (ContentHeaders.Contains(name))
            request.Content?.Headers.Remove(name);
        else
            request.Headers.Remove(name);
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        // A line break here would write a header of the value's choosing.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new SecretException(SecretErrorKind.Invalid, $"The value for the header {name} has a line break.");
        HttpHeaders? headers = ContentHeaders.Contains(name) ? request.Content?.Headers : request.Headers;
        headers?.TryAddWithoutValidation(name, value);
    }
}
