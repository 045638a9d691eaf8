using System.Runtime.InteropServices;

namespace Sbx.Tool.Hosting;

/// <summary>
/// The signals of this process. Without a handler, the first terminating one cancels and the second one ends the process
/// as it would have without us.
/// </summary>
internal sealed class ProcessSignals : ISignalSource, IDisposable
{
    private static readonly PosixSignal[] Terminating = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _interrupted = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();
    private readonly Stack<Action<PosixSignal>> _handlers = new();

    public ProcessSignals()
    {
        foreach (var signal in Terminating)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        if (!OperatingSystem.IsWindows())
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, OnSignal));
    }

    public CancellationToken Interrupted => _interrupted.Token;

    public int? Interruption { get; private set; }

    /// <summary>The Linux number of a signal.</summary>
    public static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => 0,
    };

    public IDisposable Handle(Action<PosixSignal> handler)
    {
        lock (_lock)
            _handlers.Push(handler);
        return new Scope(this);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        Action<PosixSignal>? handler;
        lock (_lock)
            _handlers.TryPeek(out handler);
        if (handler is not null)
        {
            context.Cancel = true;
            handler(context.Signal);
        }
        else if (Array.IndexOf(Terminating, context.Signal) >= 0 && Interruption is null)
        {
            context.Cancel = true;
            Interruption = NumberOf(context.Signal);
            // On another thread: callbacks of the token must not delay the next signal.
            _ = Task.Run(_interrupted.Cancel);
        }
    }

    private sealed class Scope(ProcessSignals signals) : IDisposable
    {
        public void Dispose()
        {
            lock (signals._lock)
                signals._handlers.TryPop(out _);
        }
    }
}
