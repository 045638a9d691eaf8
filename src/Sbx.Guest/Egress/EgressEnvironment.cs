namespace Sbx.Guest.Egress;

/// <summary>Variables by which programs find the proxy and the certificates to trust.</summary>
internal static class EgressEnvironment
{
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";
    private const string Local = "localhost,127.0.0.1,::1";
    private static readonly string Proxy = $"http://127.0.0.1:{EgressAddresses.ProxyPort}";

    public static IReadOnlyDictionary<string, string> Proxies { get; } = new Dictionary<string, string>
    {
        ["HTTP_PROXY"] = Proxy,
        ["HTTPS_PROXY"] = Proxy,
        ["http_proxy"] = Proxy,
        ["https_proxy"] = Proxy,
        ["NO_PROXY"] = Local,
        ["no_proxy"] = Local,
        ["NODE_USE_ENV_PROXY"] = "1",
    };

    public static IReadOnlyDictionary<string, string> Certificates { get; } = new Dictionary<string, string>
    {
        ["SSL_CERT_FILE"] = Bundle,
        ["REQUESTS_CA_BUNDLE"] = Bundle,
        ["NODE_EXTRA_CA_CERTS"] = Bundle,
        ["GIT_SSL_CAINFO"] = Bundle,
        ["CURL_CA_BUNDLE"] = Bundle,
    };
}
