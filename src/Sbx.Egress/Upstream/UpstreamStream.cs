using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>One open connection to a destination, which says when it is gone.</summary>
internal sealed class UpstreamStream(Socket socket, Authority target, IPAddress? address) : NetworkStream(socket, ownsSocket: true)
{
    private Action? _closed;
    private volatile StrongBox<PolicyDecision>? _refusal;

    /// <summary>Where the guest wanted to go.</summary>
    public Authority Target { get; } = target;

    /// <summary>The address that was checked and dialled; null when it was mapped or stands behind a proxy.</summary>
    public IPAddress? CheckedAddress { get; } = address;

    /// <summary>The change of the policy that closed it, or null.</summary>
    public PolicyDecision? ClosedBy => _refusal?.Value;

    /// <summary>Closes it for a refusal, which whoever reads from it can then give as the reason.</summary>
    public void Close(PolicyDecision refusal)
    {
        _refusal = new StrongBox<PolicyDecision>(refusal);
        Dispose();
    }

    /// <summary>Runs once when the connection is given up.</summary>
    public void OnClosed(Action closed) => _closed = closed;

    /// <summary>Ends the direction to the destination.</summary>
    public void FinishSending()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            Interlocked.Exchange(ref _closed, null)?.Invoke();
    }
}
