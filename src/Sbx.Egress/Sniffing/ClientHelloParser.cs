using System.Buffers.Binary;
using System.Text;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Sniffing;

/// <summary>
/// Reads a TLS ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2) out of its records (RFC 8446 5.1) without consuming them. A hello
/// may be spread over any number of segments and records. Anything out of order is <see cref="ClientHelloStatus.Invalid"/>.
/// </summary>
internal static class ClientHelloParser
{
    /// <summary>Largest hello that is read, in bytes; post-quantum key shares take about 1.5 kB.</summary>
    public const int MaximumLength = 32 * 1024;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const ushort ServerNameExtension = 0;
    private const ushort EncryptedClientHelloExtension = 0xfe0d;

    /// <summary>Whether the bytes begin as a TLS record with a handshake does.</summary>
    public static bool LooksLikeTls(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 1 && bytes[0] == HandshakeRecord && (bytes.Length < 2 || bytes[1] == 3) && (bytes.Length < 3 || bytes[2] <= 4);

    /// <summary>Parses the beginning of a connection.</summary>
    /// <param name="bytes">All bytes that came so far.</param>
    /// <param name="hello">The hello when the status is complete.</param>
    public static ClientHelloStatus TryParse(ReadOnlySpan<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        if (bytes.IsEmpty)
            return ClientHelloStatus.Incomplete;
        if (!LooksLikeTls(bytes))
            return ClientHelloStatus.Invalid;
        var message = new byte[Math.Min(bytes.Length, MaximumLength)];
        var length = 0;
        while (bytes.Length >= 5)
        {
            if (!LooksLikeTls(bytes))
                return ClientHelloStatus.Invalid;
            int payload = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (payload is 0 or > 16384)
                return ClientHelloStatus.Invalid;
            var part = bytes[5..Math.Min(bytes.Length, 5 + payload)];
            if (length + part.Length > MaximumLength)
                return ClientHelloStatus.Invalid;
            part.CopyTo(message.AsSpan(length));
            length += part.Length;
            var status = TryParseMessage(message.AsSpan(0, length), out hello);
            if (status != ClientHelloStatus.Incomplete)
                return status;
            bytes = bytes[(5 + part.Length)..];
            if (part.Length < payload)
                break;
        }

        return ClientHelloStatus.Incomplete;
    }

    private static ClientHelloStatus TryParseMessage(ReadOnlySpan<byte> message, out ClientHello? hello)
    {
        hello = null;
        if (message.Length >= 1 && message[0] != ClientHelloMessage)
            return ClientHelloStatus.Invalid;
        if (message.Length < 4)
            return ClientHelloStatus.Incomplete;
        var length = (message[1] << 16) | (message[2] << 8) | message[3];
        if (length > MaximumLength - 4)
            return ClientHelloStatus.Invalid;
        if (message.Length < 4 + length)
            return ClientHelloStatus.Incomplete;
        return TryParseBody(message.Slice(4, length), out hello) ? ClientHelloStatus.Complete : ClientHelloStatus.Invalid;
    }

    private static bool TryParseBody(ReadOnlySpan<byte> body, out ClientHello? hello)
    {
        hello = null;
        var rest = body;
        // Version and random.
        if (!TrySkip(ref rest, 34)
            || !TryTakeVector(ref rest, 1, out var session) || session.Length > 32
            || !TryTakeVector(ref rest, 2, out var suites) || suites.Length < 2 || suites.Length % 2 != 0
            || !TryTakeVector(ref rest, 1, out var compressions) || compressions.Length < 1)
            return false;
        if (rest.IsEmpty)
        {
            hello = new ClientHello(null, false);
            return true;
        }

        if (!TryTakeVector(ref rest, 2, out var extensions) || !rest.IsEmpty)
            return false;
        HostName? name = null;
        bool named = false, encrypted = false;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 2)
                return false;
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTakeVector(ref extensions, 2, out var data))
                return false;
            if (type == EncryptedClientHelloExtension)
                encrypted = true;
            else if (type == ServerNameExtension)
            {
                // Two of them could be read differently at the other end.
                if (named || !TryParseServerName(data, out name))
                    return false;
                named = true;
            }
        }

        hello = new ClientHello(name, encrypted);
        return true;
    }

    private static bool TryParseServerName(ReadOnlySpan<byte> data, out HostName? name)
    {
        name = null;
        if (!TryTakeVector(ref data, 2, out var list) || !data.IsEmpty)
            return false;
        // One entry of type host_name is all that was ever defined.
        if (list.Length < 1 || list[0] != 0)
            return false;
        list = list[1..];
        if (!TryTakeVector(ref list, 2, out var value) || !list.IsEmpty || value.Length is 0 or > HostName.MaximumLength)
            return false;
        Span<char> text = stackalloc char[value.Length];
        return Ascii.ToUtf16(value, text, out _) == System.Buffers.OperationStatus.Done && Authority.TryParseServerName(text, out name, out _);
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count)
            return false;
        rest = rest[count..];
        return true;
    }

    private static bool TryTakeVector(ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (rest.Length < lengthBytes)
            return false;
        int length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < lengthBytes + length)
            return false;
        vector = rest.Slice(lengthBytes, length);
        rest = rest[(lengthBytes + length)..];
        return true;
    }
}
