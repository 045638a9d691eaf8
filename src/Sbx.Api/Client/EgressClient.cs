using System.Globalization;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Api.Client;

/// <summary>The log of everything that left, or tried to. Every failure is an <see cref="SbxException"/>. Thread-safe.</summary>
public sealed class EgressClient
{
    private readonly SbxClient _client;

    internal EgressClient(SbxClient client) => _client = client;

    /// <summary>The log by destination.</summary>
    public Task<EgressSummary> SummarizeAsync(EgressQuery query, CancellationToken cancellationToken) =>
        _client.GetAsync("egress/summary" + Of(query), ApiJson.Default.EgressSummary, cancellationToken);

    /// <summary>Requests in order of time.</summary>
    public Task<EgressRequestList> RequestsAsync(EgressQuery query, CancellationToken cancellationToken) =>
        _client.GetAsync("egress/requests" + Of(query), ApiJson.Default.EgressRequestList, cancellationToken);

    /// <summary>Requests from now on, as they come, until cancelled or the daemon ends.</summary>
    public IAsyncEnumerable<EgressRequest> FollowAsync(EgressQuery query, CancellationToken cancellationToken) =>
        _client.LinesAsync("egress/follow" + Of(query), ApiJson.Default.EgressRequest, cancellationToken);

    private static string Of(EgressQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return PolicyClient.Query(
            ("sandbox", query.Sandbox), ("since", query.Since?.ToString("O", CultureInfo.InvariantCulture)), ("denied", query.DeniedOnly ? "true" : null),
            ("limit", query.Limit.ToString(CultureInfo.InvariantCulture)));
    }
}
