using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>Copies one output of a process into frames until its end.</summary>
internal sealed class OutputPump(AsyncDescriptor source, ExecFrameType type, ExecFrameWriter writer)
{
    // A frame with its header fits one frame of the channel.
    private const int FrameSize = 64 * 1024;
    private const int FirstSize = 4096;
    private long _bytes;

    /// <summary>Bytes read so far; shows whether the process was silent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public async Task RunAsync()
    {
        // Most processes write little; the large buffer comes with the first full small one.
        var buffer = new byte[FirstSize];
        while (true)
        {
            var read = await source.ReadAsync(buffer.AsMemory(ExecFrame.HeaderSize)).ConfigureAwait(false);
            if (read == 0)
                return;
            Volatile.Write(ref _bytes, _bytes + read);
            await writer.WriteFramedAsync(type, buffer.AsMemory(0, ExecFrame.HeaderSize + read)).ConfigureAwait(false);
            if (read == buffer.Length - ExecFrame.HeaderSize && buffer.Length < FrameSize)
                buffer = new byte[FrameSize];
        }
    }
}
