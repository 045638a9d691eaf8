using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Tls;

/// <summary>
/// TLS server settings per host, kept so that a certificate is signed once and sessions can be resumed. Holds at most a fixed
/// number of hosts; when full, it starts afresh. Thread-safe.
/// </summary>
internal sealed class LeafCertificates(SandboxAuthority authority, TimeProvider time, int capacity = 512)
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(7);

    private ConcurrentDictionary<HostName, Lazy<Entry>> _entries = new();

    /// <summary>The settings for one host.</summary>
    public SslServerAuthenticationOptions For(HostName host)
    {
        var entries = _entries;
        var now = time.GetUtcNow();
        if (entries.TryGetValue(host, out var found) && now - found.Value.Signed < RenewAfter)
            return found.Value.Options;
        // Dropping all is rare and simple; connections that are open keep their settings.
        if (entries.Count >= capacity)
            Interlocked.CompareExchange(ref _entries, new(), entries);
        var fresh = new Lazy<Entry>(() => Make(host, now));
        var kept = _entries.AddOrUpdate(host, fresh, (_, old) => now - old.Value.Signed < RenewAfter ? old : fresh);
        return kept.Value.Options;
    }

    private Entry Make(HostName host, DateTimeOffset now)
    {
        var certificate = authority.Sign(host);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        return new Entry(options, now);
    }

    private sealed record Entry(SslServerAuthenticationOptions Options, DateTimeOffset Signed);
}
