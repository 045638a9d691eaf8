using System.Buffers;
using System.Buffers.Binary;

namespace Sbx.Protocol.Messages;

/// <summary>Kinds of <see cref="ExecFrame"/>; the values are the wire values.</summary>
public enum ExecFrameType : byte
{
    /// <summary>Client→process: bytes for stdin; an empty payload is end of file.</summary>
    Stdin = 0,

    /// <summary>Process→client: bytes of stdout (or of the terminal).</summary>
    Stdout = 1,

    /// <summary>Process→client: bytes of stderr.</summary>
    Stderr = 2,

    /// <summary>Process→client, first: <see cref="ExecStarted"/>.</summary>
    Started = 3,

    /// <summary>Process→client, last: <see cref="ExecExit"/>.</summary>
    Exit = 4,

    /// <summary>Process→client, first and last: <see cref="GuestError"/>; the process did not start.</summary>
    Error = 5,

    /// <summary>Client→process: <see cref="ExecSignal"/>.</summary>
    Signal = 6,

    /// <summary>Client→process: <see cref="ExecResize"/>.</summary>
    Resize = 7,
}

/// <summary>
/// One frame of an exec stream: type (1 byte), length (4 bytes, little-endian, at most 64 KiB), payload. The same bytes
/// travel from the CLI through the daemon to the guest, so the daemon relays them without looking inside.
/// </summary>
/// <param name="Type">Kind.</param>
/// <param name="Payload">Valid until the next read.</param>
public readonly record struct ExecFrame(ExecFrameType Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 5;

    /// <summary>Largest payload, in bytes.</summary>
    public const int MaxPayload = 64 * 1024;

    /// <summary>Writes one frame as a single write.</summary>
    public static async ValueTask WriteAsync(Stream stream, ExecFrameType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderSize + payload.Length);
        try
        {
            buffer[0] = (byte)type;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(1), payload.Length);
            payload.CopyTo(buffer.AsMemory(HeaderSize));
            await stream.WriteAsync(buffer.AsMemory(0, HeaderSize + payload.Length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Reads <see cref="ExecFrame"/>s from a stream. Not thread-safe; one reader per stream.</summary>
/// <param name="stream">Where the frames come from; not owned.</param>
public sealed class ExecFrameReader(Stream stream)
{
    private readonly byte[] _header = new byte[ExecFrame.HeaderSize];
    private byte[] _payload = new byte[4096];

    /// <summary>The next frame, or null at an orderly end.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a frame.</exception>
    /// <exception cref="EndOfStreamException">The stream ended inside a frame.</exception>
    public async ValueTask<ExecFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await stream.ReadAtLeastAsync(_header, ExecFrame.HeaderSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            return null;
        if (read < ExecFrame.HeaderSize)
            throw new EndOfStreamException("an exec stream ended inside a frame");
        var length = BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(1));
        if (_header[0] > (byte)ExecFrameType.Resize || length is < 0 or > ExecFrame.MaxPayload)
            throw new InvalidDataException("an exec stream holds bytes that are no frame");
        if (_payload.Length < length)
            _payload = new byte[ExecFrame.MaxPayload];
        await stream.ReadExactlyAsync(_payload.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        return new ExecFrame((ExecFrameType)_header[0], _payload.AsMemory(0, length));
    }
}
