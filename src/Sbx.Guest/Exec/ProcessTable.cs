using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>Starts children and reaps all processes, also orphans that were handed to process 1. Thread-safe.</summary>
internal sealed unsafe class ProcessTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, TaskCompletionSource<int>> _children = [];
    private readonly AutoResetEvent _started = new(false);
    private readonly ManualResetEventSlim _empty = new(true);

    public ProcessTable() => new Thread(Reap, 256 * 1024) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>Starts a child. The task's result is its wait status.</summary>
    /// <returns>The id, or a negated error number; where the child itself failed, <see cref="SpawnArguments.Errno"/> tells.</returns>
    public int Start(SpawnArguments* arguments, out Task<int> ended)
    {
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        ended = end.Task;
        int pid;
        // Held over vfork, so that the reaper cannot meet a child that is not in the table yet.
        lock (_gate)
        {
            _empty.Reset();
            pid = ChildEntry.Start(arguments);
            if (pid > 0)
                _children[pid] = end;
        }

        _started.Set();
        return pid;
    }

    /// <summary>Waits until no process is left but this one; false when some were still there at the end of the time.</summary>
    public bool WaitUntilEmpty(TimeSpan limit) => _empty.Wait(limit);

    private void Reap()
    {
        while (true)
        {
            int status;
            var pid = Libc.WaitPid(-1, &status, 0);
            if (pid > 0)
            {
                TaskCompletionSource<int>? end;
                lock (_gate)
                    _children.Remove(pid, out end);
                end?.TrySetResult(status);
            }
            else if (Marshal.GetLastPInvokeError() == Errno.ECHILD)
            {
                // Without children there are no orphans either: sleep until one is started.
                lock (_gate)
                {
                    if (_children.Count == 0)
                        _empty.Set();
                }

                _started.WaitOne();
            }
        }
    }
}
