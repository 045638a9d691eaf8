using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Wire;

/// <summary>Cuts the byte stream from the guest into requests. They stay in its buffer until the next one is asked for.</summary>
internal sealed unsafe class RequestReader
{
    /// <summary>Largest request: a full WRITE with its headers; names and extended attributes are far smaller.</summary>
    internal const int MaxRequest = Limits.MaxWrite + 4096;

    private readonly int _socket;
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(MaxRequest + (256 * 1024), pinned: true);
    private readonly byte* _start;
    private int _from;
    private int _to;

    internal RequestReader(int socket)
    {
        _socket = socket;
        _start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    /// <summary>Whether a whole request is at hand without waiting.</summary>
    internal bool HasRequest => _to - _from >= sizeof(InHeader) && _to - _from >= (int)Math.Min(PeekLength(), int.MaxValue);

    /// <summary>Waits for the next request; false at an orderly end.</summary>
    /// <exception cref="WorkspaceProtocolException">The length is impossible, or the stream ended inside a request.</exception>
    internal bool Next(out Request request)
    {
        while (true)
        {
            var available = _to - _from;
            if (available >= sizeof(InHeader))
            {
                var length = PeekLength();
                if (length < sizeof(InHeader) || length > MaxRequest)
                    throw new WorkspaceProtocolException($"the guest announced a file request of {length} bytes");
                if (available >= length)
                {
                    request = new Request(_start + _from, (int)length);
                    _from += (int)length;
                    return true;
                }
            }

            if (!Fill())
            {
                request = default;
                if (available > 0)
                    throw new WorkspaceProtocolException("the guest's file channel ended inside a request");
                return false;
            }
        }
    }

    private uint PeekLength() => Unsafe.ReadUnaligned<uint>(_start + _from);

    private bool Fill()
    {
        if (_from > 0)
        {
            Buffer.MemoryCopy(_start + _from, _start, _bytes.Length, _to - _from);
            (_from, _to) = (0, _to - _from);
        }

        while (true)
        {
            var read = Libc.Recv(_socket, _start + _to, (nuint)(_bytes.Length - _to), 0);
            if (read >= 0)
            {
                _to += (int)read;
                return read > 0;
            }

            switch (Libc.LastError)
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    var wait = new PollFd { Fd = _socket, Events = PollFd.In };
                    _ = Libc.Poll(&wait, 1, -1);
                    break;
                default:
                    return false;
            }
        }
    }
}
