using System.Net.Sockets;
using Sbx.Workspaces.Sessions;

namespace Sbx.Workspaces;

/// <summary>
/// Serves workspaces to one guest over a byte stream that carries raw FUSE requests one way and replies the other
/// (include/uapi/linux/fuse.h, protocol 7.31 and later; each message states its length). The guest is not trusted: nothing
/// outside the roots can be reached, everything it can make the host hold is bounded, and a malformed request ends the
/// session. Thread-safe.
/// </summary>
public sealed class WorkspaceServer : IDisposable, IAsyncDisposable
{
    private readonly Socket _port;
    private readonly Session _session;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private int _disposed;

    private WorkspaceServer(Socket port, WorkspaceServerOptions options)
    {
        _port = port;
        _session = new Session((int)port.SafeHandle.DangerousGetHandle(), options);
        _thread = new Thread(Serve, 4 * 1024 * 1024) { IsBackground = true, Name = "sbx files" };
    }

    /// <summary>
    /// Completes when the guest closed the channel or the server was disposed; fails with a
    /// <see cref="WorkspaceProtocolException"/> when the guest broke the protocol. All descriptors are closed by then.
    /// </summary>
    public Task Completion => _completion.Task;

    internal Session Session => _session;

    /// <summary>Opens the roots and starts to serve.</summary>
    /// <param name="port">A connected stream socket; owned by the server from now on.</param>
    /// <param name="options">What to serve.</param>
    /// <exception cref="WorkspaceException">A root does not exist, is reached through a link, or cannot be opened.</exception>
    /// <exception cref="PlatformNotSupportedException">The host is not Linux.</exception>
    public static WorkspaceServer Start(Socket port, WorkspaceServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("workspaces are served on Linux hosts only");
        var server = new WorkspaceServer(port, options);
        server._thread.Start();
        return server;
    }

    /// <summary>Ends the session and waits until everything is closed.</summary>
    public void Dispose()
    {
        Hangup();
        _thread.Join();
    }

    /// <summary>Ends the session and waits until everything is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        Hangup();
        await Task.WhenAny(_completion.Task).ConfigureAwait(false);
    }

    private void Hangup()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            // Wakes the blocked receive and any blocked send; the descriptor itself is closed by the serving thread.
            _port.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    private void Serve()
    {
        Exception? failure = null;
        try
        {
            _session.Run();
        }
        catch (Exception e)
        {
            // A fault of the server's own must end this session, not the daemon.
            failure = e as WorkspaceException ?? new WorkspaceException($"the file server failed: {e.GetType().Name}: {e.Message}");
        }

        // First of all, so that nothing waits for a guest that does not read.
        Hangup();
        _session.Close();
        _port.Dispose();
        if (failure is null)
            _completion.SetResult();
        else
            _completion.SetException(failure);
    }
}
