using System.Runtime.InteropServices;
using Sbx.Api.Client;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Sessions;

/// <summary>
/// What signals to this process mean for the command in the sandbox. Without a raw terminal they are passed on, and a
/// second Ctrl-C or SIGTERM within two seconds kills. With one, Ctrl-C travels as a byte and never gets here, so a terminating
/// signal hangs the session up. A change of the window's size is passed on.
/// </summary>
internal sealed class SignalRelay(CliContext context, ExecSession session, bool raw, bool terminal) : IDisposable
{
    private const int Kill = 9;
    private static readonly TimeSpan KillWindow = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _hangUp = new();
    private long? _lastTermination;

    /// <summary>Cancelled when the session is to be hung up.</summary>
    public CancellationToken HangUp => _hangUp.Token;

    /// <summary>Number of the signal that hung the session up, or null.</summary>
    public int? HungUpBy { get; private set; }

    /// <summary>Takes a signal.</summary>
    public void OnSignal(PosixSignal signal)
    {
        if (signal == PosixSignal.SIGWINCH)
        {
            Resize();
            return;
        }

        var number = ProcessSignals.NumberOf(signal);
        if (raw || signal == PosixSignal.SIGHUP)
        {
            HungUpBy = number;
            _ = Task.Run(_hangUp.Cancel);
            return;
        }

        if (signal is PosixSignal.SIGINT or PosixSignal.SIGTERM)
        {
            var now = context.Time.GetTimestamp();
            if (_lastTermination is { } last && context.Time.GetElapsedTime(last, now) < KillWindow)
                number = Kill;
            _lastTermination = now;
        }

        Send(session.SignalAsync(number, CancellationToken.None));
    }

    /// <summary>Tells the command the window's present size.</summary>
    public void Resize()
    {
        if (terminal && context.Terminal.Size is { } size)
            Send(session.ResizeAsync(size.Columns, size.Rows, CancellationToken.None));
    }

    public void Dispose() => _hangUp.Dispose();

    private static async void Send(ValueTask sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command has ended; there is nobody to tell.
        }
    }
}
