using System.Threading.Channels;
using Sbx.Guest.Native;

namespace Sbx.Guest.Files;

/// <summary>
/// Writes the file server's notices on a thread of their own: the kernel may hold such a write until a reply has arrived, so
/// the thread that carries replies must not make it.
/// </summary>
internal sealed class FuseNotices
{
    // A checkout on the host may announce some notices for each of many thousand files, at some hundred bytes each.
    private const int Capacity = 128 * 1024;

    // A lost notice costs freshness until the caches run out, a blocked reply would cost everything.
    private readonly Channel<byte[]> _queue = System.Threading.Channels.Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private readonly int _device;

    public FuseNotices(int device)
    {
        _device = device;
        new Thread(Run, 256 * 1024) { IsBackground = true, Name = "fuse notices" }.Start();
    }

    public void Add(ReadOnlySpan<byte> message) => _queue.Writer.TryWrite(message.ToArray());

    private void Run()
    {
        try
        {
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_queue.Reader.TryRead(out var message))
                    FuseRelay.Write(_device, message);
            }
        }
        catch (SyscallException)
        {
            // The file system is gone, and with it everything there was to tell.
        }
    }
}
