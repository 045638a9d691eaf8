using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Wire;

/// <summary>
/// Replies of one thread, gathered and sent together when no further request is at hand. The payload is written in place
/// (file content is read straight into it).
/// </summary>
internal sealed unsafe class ReplyBuffer
{
    private const int FlushAbove = 128 * 1024;

    private readonly Output _output;
    private readonly byte[] _bytes;
    private readonly byte* _start;
    private int _used;

    internal ReplyBuffer(Output output, int maxPayload)
    {
        _output = output;
        _bytes = GC.AllocateUninitializedArray<byte>(maxPayload + sizeof(OutHeader) + FlushAbove + 4096, pinned: true);
        _start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    /// <summary>Bytes of payload the current reply has.</summary>
    internal int Length { get; set; }

    /// <summary>Where the payload of the current reply goes; room for the largest.</summary>
    internal byte* Payload => _start + _used + sizeof(OutHeader);

    /// <summary>Starts a reply.</summary>
    internal void Begin()
    {
        if (_used > FlushAbove)
            Flush();
        Length = 0;
    }

    /// <summary>Appends a fixed part to the payload.</summary>
    internal void Put<T>(in T value)
        where T : unmanaged
    {
        Unsafe.WriteUnaligned(Payload + Length, value);
        Length += sizeof(T);
    }

    /// <summary>Ends the reply; an error drops the payload.</summary>
    /// <param name="unique">Of the request.</param>
    /// <param name="error">0, or a positive error number.</param>
    internal void Finish(ulong unique, int error)
    {
        var length = sizeof(OutHeader) + (error == 0 ? Length : 0);
        Unsafe.WriteUnaligned(_start + _used, new OutHeader { Length = (uint)length, Error = -error, Unique = unique });
        _used += length;
    }

    /// <summary>Sends what was gathered.</summary>
    internal void Flush()
    {
        if (_used == 0)
            return;
        _output.Send(_start, _used);
        _used = 0;
    }
}
