using System.Buffers;

namespace Sbx.Egress.Connections;

/// <summary>
/// Memory for Kestrel in pieces of a whole TLS record (16 KiB, RFC 8446 5.1). Kestrel asks for 4 KiB at a time, and each piece becomes a
/// record and a write of its own. Thread-safe.
/// </summary>
internal sealed class RecordSizedMemory : MemoryPool<byte>
{
    private const int RecordSize = 16 * 1024;

    /// <summary>The one pool.</summary>
    public static RecordSizedMemory Pool { get; } = new();

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, RecordSize));

    protected override void Dispose(bool disposing)
    {
        // It owns nothing.
    }
}
