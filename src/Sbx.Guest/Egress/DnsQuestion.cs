using System.Buffers.Binary;
using System.Text;

namespace Sbx.Guest.Egress;

/// <summary>Result of reading a DNS query (RFC 1035).</summary>
internal enum DnsRead
{
    /// <summary>Not to be answered at all: shorter than a header, or itself an answer.</summary>
    Ignore,

    /// <summary>Malformed; answered with FORMERR.</summary>
    Malformed,

    /// <summary>Another operation than a standard query, or not exactly one question; answered with NOTIMP.</summary>
    NotImplemented,

    /// <summary>A question.</summary>
    Question,
}

/// <summary>The one question of a DNS query.</summary>
/// <param name="Name">Lower case, without a dot at the end; "" is the root.</param>
/// <param name="Type">Type asked for.</param>
/// <param name="Class">Class asked for; 1 is the internet.</param>
/// <param name="End">Offset behind the question.</param>
internal readonly record struct DnsQuestion(string Name, ushort Type, ushort Class, int End)
{
    public const int HeaderSize = 12;
    private const int MaxName = 253;

    /// <summary>Reads a query. Names may hold letters, digits, hyphens and underscores only; compressed ones are malformed in a question.</summary>
    public static DnsRead Read(ReadOnlySpan<byte> message, out DnsQuestion question)
    {
        question = default;
        if (message.Length < HeaderSize || (message[2] & 0x80) != 0)
            return DnsRead.Ignore;
        if ((message[2] & 0x78) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return DnsRead.NotImplemented;
        var name = new StringBuilder();
        var offset = HeaderSize;
        while (true)
        {
            if (offset >= message.Length)
                return DnsRead.Malformed;
            int length = message[offset++];
            if (length == 0)
                break;
            if (length > 63 || offset + length > message.Length || name.Length + length + 1 > MaxName + 1)
                return DnsRead.Malformed;
            if (name.Length > 0)
                name.Append('.');
            foreach (var octet in message.Slice(offset, length))
            {
                var c = char.ToLowerInvariant((char)octet);
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                    return DnsRead.Malformed;
                name.Append(c);
            }

            offset += length;
        }

        if (name.Length > MaxName || offset + 4 > message.Length)
            return DnsRead.Malformed;
        question = new DnsQuestion(
            name.ToString(),
            BinaryPrimitives.ReadUInt16BigEndian(message[offset..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]),
            offset + 4);
        return DnsRead.Question;
    }
}
