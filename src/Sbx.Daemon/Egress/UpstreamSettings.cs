using System.Net;
using Sbx.Api.Errors;
using Sbx.Egress.Upstream;
using Sbx.Policies.Hosts;

namespace Sbx.Daemon.Egress;

/// <summary>How the host itself reaches the world, from its environment.</summary>
internal static class UpstreamSettings
{
    /// <summary>Variable that sends destinations to fixed endpoints, for stand-ins in tests: <c>host:port=address:port,…</c></summary>
    public const string ResolveVariable = "SBX_TEST_RESOLVE";

    /// <summary>The proxy that the host must use.</summary>
    /// <exception cref="SbxException">A variable is no proxy URL.</exception>
    public static UpstreamProxyOptions Proxy(Func<string, string?> variable)
    {
        try
        {
            return UpstreamProxyOptions.FromEnvironment(variable);
        }
        catch (FormatException e)
        {
            throw new SbxException(ErrorCode.HostPrerequisite, e.Message, "correct or unset it, then: sbx daemon stop", e);
        }
    }

    /// <summary>Finds addresses: the system's way, except for destinations that a test has mapped.</summary>
    /// <exception cref="SbxException">The variable is not valid.</exception>
    public static IUpstreamResolver Resolver(Func<string, string?> variable)
    {
        var system = new SystemUpstreamResolver();
        if (variable(ResolveVariable) is not { Length: > 0 } text)
            return system;
        var map = new Dictionary<Authority, IPEndPoint>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=') is not [var from, var to] || !IPEndPoint.TryParse(to, out var endPoint) || !TryAuthority(from, out var authority))
                throw new SbxException(ErrorCode.Usage, $"{ResolveVariable} has '{entry}', which is not host:port=address:port", "correct or unset it, then: sbx daemon stop");
            map[authority] = endPoint;
        }

        return new MappedUpstreamResolver(map, system);
    }

    private static bool TryAuthority(string text, out Authority authority)
    {
        authority = null!;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), out var port) || port is < 1 or > 65535 || !HostName.TryParse(text.Remove(colon), out var host))
            return false;
        authority = new Authority(host, port);
        return true;
    }
}
