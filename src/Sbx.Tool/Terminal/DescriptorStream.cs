using System.Runtime.InteropServices;

namespace Sbx.Tool.Terminal;

/// <summary>
/// One of the process's standard descriptors as an unbuffered stream of bytes: no encoding, no translation, short reads as
/// they come. Copes with descriptors that another process has made non-blocking. A closed reader of our output is an
/// <see cref="OutputClosedException"/>. Not thread-safe; does not close the descriptor.
/// </summary>
internal sealed class DescriptorStream(int fd, FileAccess access) : Stream
{
    public override bool CanRead => access == FileAccess.Read;

    public override bool CanWrite => access == FileAccess.Write;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override unsafe int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (true)
        {
            nint read;
            fixed (byte* start = buffer)
                read = Posix.Read(fd, start, buffer.Length);
            if (read >= 0)
                return (int)read;
            Recover("read", Posix.PollIn);
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
                written = Posix.Write(fd, start, buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                Recover("write", Posix.PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    // What is there is read at once. A blocked read of a terminal or pipe cannot be cancelled: then the wait ends, and the
    // read is left to the process's end.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => IsReady()
        ? Read(buffer.Span)
        : await Task.Factory.StartNew(() => Read(buffer.Span), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken).ConfigureAwait(false);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private unsafe bool IsReady()
    {
        var descriptor = new Posix.PollDescriptor { Fd = fd, Events = Posix.PollIn };
        return Posix.Poll(&descriptor, 1, 0) > 0;
    }

    private unsafe void Recover(string operation, short events)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Posix.Eintr)
            return;
        if (error == Posix.Eagain)
        {
            var descriptor = new Posix.PollDescriptor { Fd = fd, Events = events };
            Posix.Poll(&descriptor, 1, -1);
            return;
        }

        if (error == Posix.Epipe)
            throw new OutputClosedException();
        throw new IOException($"{operation} on descriptor {fd}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}

/// <summary>Whoever read our standard output has gone.</summary>
internal sealed class OutputClosedException() : IOException("the reader of the output has gone");
