using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>
/// A pipe or terminal with asynchronous reads or writes. One operation at a time; a descriptor that is read and written
/// gets two of these, on duplicates. Owns the descriptor.
/// </summary>
internal sealed class AsyncDescriptor : IDisposable
{
    private const int SetFlags = 4;
    private readonly DescriptorEvents _events;
    private readonly ulong _id;
    private readonly Lock _gate = new();
    private readonly int _descriptor;
    private bool _isWatched;
    private bool _isClosed;

    public AsyncDescriptor(int descriptor, DescriptorEvents events, int accessMode)
    {
        _descriptor = descriptor;
        _events = events;
        _id = events.NewId();
        SyscallException.Check(Libc.FileControl(descriptor, SetFlags, accessMode | Libc.ONonBlock), "fcntl");
    }

    /// <summary>Reads some bytes; 0 at the end, when the terminal has hung up, and after <see cref="Dispose"/>.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        while (true)
        {
            Task<bool> ready;
            lock (_gate)
            {
                if (_isClosed)
                    return 0;
                var read = Descriptor.Read(_descriptor, buffer.Span);
                if (read >= 0)
                    return read;
                // A terminal whose last user has gone reads as EIO.
                if (read == -Errno.EIO)
                    return 0;
                if (read != -Errno.EAGAIN)
                    throw new SyscallException(-read, "read from a process");
                ready = WatchAsync(DescriptorEvents.Readable);
            }

            await ready.ConfigureAwait(false);
        }
    }

    /// <summary>Writes everything; false when nobody reads any more.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            Task<bool> ready;
            lock (_gate)
            {
                if (_isClosed)
                    return false;
                var written = Descriptor.Write(_descriptor, buffer.Span);
                if (written >= 0)
                {
                    buffer = buffer[written..];
                    continue;
                }

                if (written is -Errno.EPIPE or -Errno.EIO)
                    return false;
                if (written != -Errno.EAGAIN)
                    throw new SyscallException(-written, "write to a process");
                ready = WatchAsync(DescriptorEvents.Writable);
            }

            await ready.ConfigureAwait(false);
        }

        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _ = Libc.Close(_descriptor);
        }

        _events.Abandon(_id);
    }

    private Task<bool> WatchAsync(uint direction)
    {
        var isFirst = !_isWatched;
        _isWatched = true;
        return _events.WaitAsync(_descriptor, _id, direction, isFirst);
    }
}
