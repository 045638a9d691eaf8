using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Tests.Mounting;

/// <summary>Carries messages between /dev/fuse and a socket, as the guest's relay does over its port.</summary>
internal sealed unsafe class Relay : IDisposable
{
    private const int Largest = (1 << 20) + 8192;

    private readonly int _fuse;
    private readonly int _socket;
    private readonly int _stop;
    private readonly BlockingCollection<byte[]> _notifications = new(4096);
    private readonly List<Thread> _threads = [];

    internal Relay(int fuse, int socket)
    {
        (_fuse, _socket) = (fuse, socket);
        _stop = Libc.EventFd(0, 0);
        foreach (var work in new Action[] { ToServer, ToKernel, Notify })
        {
            var thread = new Thread(() => work()) { IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Ends the threads; the server's side of the socket must be closed before.</summary>
    public void Dispose()
    {
        var one = 1UL;
        _ = Libc.Write(_stop, (byte*)&one, 8);
        foreach (var thread in _threads)
            thread.Join();
        Libc.Close(_stop);
        _notifications.Dispose();
    }

    private void ToServer()
    {
        var buffer = (byte*)NativeMemory.Alloc(Largest);
        var wait = stackalloc PollFd[2];
        while (true)
        {
            var count = Libc.Read(_fuse, buffer, Largest);
            if (count > 0)
            {
                for (nint sent = 0; sent < count;)
                {
                    var n = Libc.Send(_socket, buffer + sent, (nuint)(count - sent), Libc.MsgNoSignal);
                    if (n < 0)
                        goto done;
                    sent += n;
                }

                continue;
            }

            if (Libc.LastError is not (Errno.EAGAIN or Errno.EINTR or Errno.ENOENT))
                break;
            wait[0] = new PollFd { Fd = _fuse, Events = PollFd.In };
            wait[1] = new PollFd { Fd = _stop, Events = PollFd.In };
            _ = Libc.Poll(wait, 2, -1);
            if (wait[1].Returned != 0)
                break;
        }

    done:
        NativeMemory.Free(buffer);
    }

    private void ToKernel()
    {
        var buffer = (byte*)NativeMemory.Alloc(Largest);
        int have = 0, at = 0;
        while (true)
        {
            while (have - at >= 16 && have - at >= *(int*)(buffer + at))
            {
                var length = *(int*)(buffer + at);
                if (*(ulong*)(buffer + at + 8) == 0)
                    _notifications.TryAdd(new Span<byte>(buffer + at, length).ToArray());
                else
                    _ = Libc.Write(_fuse, buffer + at, (nuint)length);
                at += length;
            }

            Buffer.MemoryCopy(buffer + at, buffer, Largest, have - at);
            (have, at) = (have - at, 0);
            var count = Libc.Recv(_socket, buffer + have, (nuint)(Largest - have), 0);
            if (count <= 0)
                break;
            have += (int)count;
        }

        _notifications.CompleteAdding();
        NativeMemory.Free(buffer);
    }

    private void Notify()
    {
        foreach (var message in _notifications.GetConsumingEnumerable())
        {
            fixed (byte* bytes = message)
                _ = Libc.Write(_fuse, bytes, (nuint)message.Length);
        }
    }
}
