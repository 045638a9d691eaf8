namespace Sbx.Agent.CommandLine;

/// <summary>Ctrl+C ends the answer under way; with none under way it ends the program. Safe for concurrent use.</summary>
internal sealed class TurnInterrupts
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _turn;

    /// <summary>Ends the answer under way and tells whether there was one.</summary>
    public bool Interrupt()
    {
        lock (_gate)
        {
            if (_turn is null || _turn.IsCancellationRequested) return false;
            _turn.Cancel();
            return true;
        }
    }

    /// <summary>Runs a turn that can be interrupted; null when it was.</summary>
    public async Task<bool?> RunAsync(Func<CancellationToken, Task<bool>> turn, CancellationToken cancel)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (_gate) _turn = source;
        try
        {
            return await turn(source.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_gate) _turn = null;
        }
    }
}
