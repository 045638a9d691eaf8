using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Wire;

/// <summary>The way to the guest. Thread-safe; messages of several threads never mix.</summary>
internal sealed unsafe class Output(int socket)
{
    private readonly Lock _gate = new();
    private bool _broken;

    /// <summary>Sends whole messages; once the guest is gone, nothing.</summary>
    internal void Send(byte* bytes, int count)
    {
        lock (_gate)
        {
            while (count > 0 && !_broken)
            {
                var sent = Libc.Send(socket, bytes, (nuint)count, Libc.MsgNoSignal);
                if (sent >= 0)
                {
                    bytes += sent;
                    count -= (int)sent;
                    continue;
                }

                switch (Libc.LastError)
                {
                    case Errno.EINTR:
                        break;
                    case Errno.EAGAIN:
                        var wait = new PollFd { Fd = socket, Events = PollFd.Out };
                        _ = Libc.Poll(&wait, 1, -1);
                        break;
                    default:
                        _broken = true;
                        break;
                }
            }
        }
    }

    /// <summary>Sends a reply that has no payload, or a notification.</summary>
    internal void Send(ulong unique, int error)
    {
        var header = new OutHeader { Length = (uint)sizeof(OutHeader), Error = error, Unique = unique };
        Send((byte*)&header, sizeof(OutHeader));
    }
}
