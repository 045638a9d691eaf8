using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>
/// One thread that waits for all non-blocking descriptors of the guest, so that an exec costs no threads. It sleeps while
/// nothing happens. Thread-safe.
/// </summary>
internal sealed unsafe class DescriptorEvents
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    private const uint OneShot = 1u << 30;
    private const int Add = 1;
    private const int Modify = 3;

    private readonly int _epoll = SyscallException.Check(Libc.EpollCreate(Libc.OCloseOnExec), "epoll_create");
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<bool>> _waits = new();
    private ulong _lastId;

    public DescriptorEvents() => new Thread(Run, 256 * 1024) { IsBackground = true, Name = "descriptors" }.Start();

    /// <summary>A number for one descriptor's waits.</summary>
    public ulong NewId() => Interlocked.Increment(ref _lastId);

    /// <summary>Completes with true when the descriptor is ready (or broken), with false after <see cref="Abandon"/>.</summary>
    public Task<bool> WaitAsync(int descriptor, ulong id, uint events, bool isFirst)
    {
        var wait = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits[id] = wait;
        var change = new EpollEvent { Events = events | OneShot, Data = id };
        if (Libc.EpollControl(_epoll, isFirst ? Add : Modify, descriptor, &change) < 0)
        {
            _waits.TryRemove(id, out _);
            throw SyscallException.Last("watch a descriptor");
        }

        return wait.Task;
    }

    /// <summary>Ends a wait that nobody needs any more.</summary>
    public void Abandon(ulong id)
    {
        if (_waits.TryRemove(id, out var wait))
            wait.TrySetResult(false);
    }

    private void Run()
    {
        const int capacity = 64;
        var events = stackalloc EpollEvent[capacity];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, events, capacity, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                BootLog.Write(SyscallException.Last("epoll_wait").Message);
                return;
            }

            for (var i = 0; i < count; i++)
            {
                if (_waits.TryRemove(events[i].Data, out var wait))
                    wait.TrySetResult(true);
            }
        }
    }
}
