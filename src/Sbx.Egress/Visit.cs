using Sbx.Egress.Connections;
using Sbx.Egress.Log;
using Sbx.Policies.Hosts;

namespace Sbx.Egress;

/// <summary>One stream with a destination.</summary>
/// <param name="Sandbox">Whose it is.</param>
/// <param name="Target">Where it wants to go.</param>
/// <param name="Captured">Whether it was captured; false for a client that used the proxy.</param>
/// <param name="Stream">The guest's bytes.</param>
internal sealed record Visit(SandboxDoor Sandbox, Authority Target, bool Captured, GuestStream Stream)
{
    /// <summary>The way of what is served as HTTP.</summary>
    public ProxyKind HttpKind => Captured ? ProxyKind.Transparent : ProxyKind.Forward;
}
