using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Operations;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Sessions;

/// <summary>What a piece of work came to: an error number, or success with or without a count of bytes.</summary>
internal readonly record struct WorkResult(int Error, uint? Written = null);

/// <summary>
/// Two threads for requests that wait for the disk by nature (fsync, allocation, copies), so that others go on meanwhile.
/// They start with the first such request.
/// </summary>
internal sealed unsafe class Workers(OwnerMapping owner, Output output)
{
    private const int Threads = 2;
    private const int MaxQueued = 64;

    private readonly Queue<(ulong Unique, Handle First, Handle? Second, Func<WorkResult> Work)> _queue = new();
    private readonly List<Thread> _threads = [];
    private bool _stopped;

    /// <summary>Has it done and answered by a worker.</summary>
    internal int Run(ulong unique, Handle first, Handle? second, Func<WorkResult> work)
    {
        first.AddUse();
        second?.AddUse();
        bool isFull;
        lock (_queue)
        {
            isFull = _queue.Count >= MaxQueued;
            if (!isFull)
            {
                _queue.Enqueue((unique, first, second, work));
                if (_threads.Count < Math.Min(Threads, _queue.Count))
                    StartThread();
                Monitor.Pulse(_queue);
            }
        }

        // A guest that floods the workers waits for its own request, and so for the disk.
        if (isFull)
            Finish((unique, first, second, work));
        return Outcome.NoReply;
    }

    /// <summary>Ends the threads after the work at hand; what waits is dropped.</summary>
    internal void Stop()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }

        foreach (var thread in _threads)
            thread.Join();
        foreach (var (_, first, second, _) in _queue)
        {
            first.EndUse();
            second?.EndUse();
        }
    }

    private void StartThread() => _threads.Add(ThreadIdentity.Start("sbx files worker", 256 * 1024, owner, Loop));

    private void Loop()
    {
        while (true)
        {
            (ulong Unique, Handle First, Handle? Second, Func<WorkResult> Work) item;
            lock (_queue)
            {
                while (_queue.Count == 0 && !_stopped)
                    Monitor.Wait(_queue);
                if (_stopped)
                    return;
                item = _queue.Dequeue();
            }

            Finish(item);
        }
    }

    private void Finish(in (ulong Unique, Handle First, Handle? Second, Func<WorkResult> Work) item)
    {
        var result = item.Work();
        item.First.EndUse();
        item.Second?.EndUse();
        Answer(item.Unique, result);
    }

    private void Answer(ulong unique, WorkResult result)
    {
        if (result.Written is not { } written)
        {
            output.Send(unique, -result.Error);
            return;
        }

        var reply = stackalloc byte[sizeof(OutHeader) + sizeof(WriteOut)];
        *(OutHeader*)reply = new OutHeader { Length = (uint)(sizeof(OutHeader) + sizeof(WriteOut)), Unique = unique };
        *(WriteOut*)(reply + sizeof(OutHeader)) = new WriteOut { Size = written };
        output.Send(reply, sizeof(OutHeader) + sizeof(WriteOut));
    }
}
