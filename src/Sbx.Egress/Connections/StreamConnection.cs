using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sbx.Egress.Connections;

/// <summary>A guest's stream as Kestrel sees it.</summary>
internal sealed class StreamConnection : DefaultConnectionContext, IDuplexPipe, IMemoryPoolFeature
{
    private readonly GuestStream _stream;
    private readonly CancellationTokenSource _closed;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _aborted;

    public StreamConnection(string id, GuestStream stream)
        : base(id)
    {
        _stream = stream;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
        Transport = this;
        ConnectionClosed = _closed.Token;
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
    }

    PipeReader IDuplexPipe.Input => _stream.Input;

    PipeWriter IDuplexPipe.Output => _stream.Output;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => RecordSizedMemory.Pool;

    /// <summary>Completes when Kestrel has let go of the connection.</summary>
    public Task Done => _done.Task;

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref _aborted, 1) != 0)
            return;
        ThreadPool.UnsafeQueueUserWorkItem(
            static async self =>
            {
                await self._closed.CancelAsync().ConfigureAwait(false);
                await self._stream.DisposeAsync().ConfigureAwait(false);
            },
            this,
            preferLocal: false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_aborted == 0)
            await _stream.CloseAsync().ConfigureAwait(false);
        else
            await _stream.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        _done.TrySetResult();
    }
}
