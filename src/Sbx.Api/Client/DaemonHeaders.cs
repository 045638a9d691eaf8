namespace Sbx.Api.Client;

/// <summary>Names that client and daemon share on the HTTP level.</summary>
public static class DaemonHeaders
{
    /// <summary>Request header: version of the API that the client speaks.</summary>
    public const string ApiVersion = "Sbx-Api-Version";

    /// <summary>Request header: identity of the client's build.</summary>
    public const string Build = "Sbx-Build";

    /// <summary>Response header: present when the daemon steps down for the client's build; the client starts its own and asks again.</summary>
    public const string Superseded = "Sbx-Superseded";

    /// <summary>Protocol named in the Upgrade header of an exec.</summary>
    public const string ExecProtocol = "sbx-exec";
}
