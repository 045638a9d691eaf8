using Microsoft.AspNetCore.Http;
using Sbx.Egress.Log;
using Sbx.Egress.Masking;
using Sbx.Egress.Refusals;
using Sbx.Policies.Evaluation;
using Sbx.Secrets.Injection;

namespace Sbx.Egress.Requests;

/// <summary>One request and its answer, while they pass.</summary>
internal sealed class Exchange(HttpContext context, GuestConnection connection, DateTimeOffset time, long started) : IDisposable
{
    private long _bytesSent;
    private long _bytesReceived;

    public HttpContext Context { get; } = context;

    public GuestConnection Connection { get; } = connection;

    /// <summary>The method that rules are asked about. Kept here, since a review may come after the server has reused the context.</summary>
    public string Method { get; set; } = context.Request.Method;

    public DateTimeOffset Time { get; } = time;

    public long Started { get; } = started;

    /// <summary>Where it goes, once that is known.</summary>
    public RequestDestination? Destination { get; set; }

    /// <summary>What the policy said.</summary>
    public PolicyDecision? Decision { get; set; }

    /// <summary>The credential that is written, or null.</summary>
    public CredentialBinding? Credential { get; set; }

    /// <summary>Changes to the request that the credential asks for.</summary>
    public CredentialedRequest? Credentialed { get; set; }

    /// <summary>Finds the live secret in the answer; null when none was sent.</summary>
    public SecretMatcher? Matcher { get; set; }

    /// <summary>Why it was not forwarded; null when it was.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>What went wrong on the way, for the log.</summary>
    public string? Problem { get; set; }

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public void CountSent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    public void CountReceived(int bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    /// <summary>Its row in the log.</summary>
    public EgressRow ToRow(long id, TimeSpan duration)
    {
        var target = Destination?.Target ?? Connection.Target;
        var refused = Refusal is { Status: not (StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout) };
        return new EgressRow
        {
            Id = id,
            Time = Time,
            Sandbox = Connection.Sandbox.Name,
            SandboxId = Connection.Sandbox.Id,
            Proxy = Connection.Kind,
            Host = target?.Host.Value ?? "(unknown)",
            Port = target?.Port ?? 0,
            Method = Context.Request.Method,
            Path = Destination?.Path,
            Status = Context.Response.StatusCode,
            BytesSent = BytesSent,
            BytesReceived = BytesReceived,
            Duration = duration,
            Credential = refused ? null : Credential?.Service.Name,
            Rule = Refusal?.Rule ?? Decision?.Rule?.Id,
            Allowed = !refused,
            Reason = Problem ?? Refusal?.Reason ?? Refusal?.Message ?? "",
        };
    }

    public void Dispose()
    {
        Credentialed?.Dispose();
        Credential?.Dispose();
    }
}
