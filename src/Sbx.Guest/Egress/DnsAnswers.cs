using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Guest.Egress;

/// <summary>
/// Answers DNS queries without asking anybody: each name gets synthetic addresses, and only a connection to one of them tells
/// the host the name. So nothing leaves by way of names that are looked up.
/// </summary>
internal sealed class DnsAnswers(SyntheticNames names)
{
    private const ushort TypeA = 1, TypePtr = 12, TypeAaaa = 28, ClassInternet = 1;
    private const int NoError = 0, FormatError = 1, NameError = 3, NotImplemented = 4, Refused = 5;
    private const uint TimeToLive = 60;

    /// <summary>The reply to a message, or null when there is to be none.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> message) => DnsQuestion.Read(message, out var question) switch
    {
        DnsRead.Ignore => null,
        DnsRead.Malformed => Reply(message, DnsQuestion.HeaderSize, FormatError),
        DnsRead.NotImplemented => Reply(message, DnsQuestion.HeaderSize, NotImplemented),
        _ when question.Class != ClassInternet => Reply(message, question.End, Refused),
        _ => AnswerQuestion(message, question),
    };

    private byte[] AnswerQuestion(ReadOnlySpan<byte> message, DnsQuestion question)
    {
        if (question.Type == TypePtr)
            return AnswerReverse(message, question);
        // RFC 6761: these are never looked up. Names of multicast DNS have no server to ask here.
        if (question.Name is "localhost" || question.Name.EndsWith(".localhost", StringComparison.Ordinal))
            return AddressReply(message, question, IPAddress.Loopback, IPAddress.IPv6Loopback);
        if (question.Name is "invalid" or "local" || question.Name.EndsWith(".invalid", StringComparison.Ordinal)
            || question.Name.EndsWith(".local", StringComparison.Ordinal))
            return Reply(message, question.End, NameError);
        if (question.Name.Length == 0 || question.Type is not (TypeA or TypeAaaa))
            return Reply(message, question.End, NoError);
        var (v4, v6) = names.Assign(question.Name);
        return AddressReply(message, question, v4, v6);
    }

    private static byte[] AddressReply(ReadOnlySpan<byte> message, DnsQuestion question, IPAddress v4, IPAddress v6) => question.Type switch
    {
        TypeA => Reply(message, question.End, NoError, TypeA, v4.GetAddressBytes()),
        TypeAaaa => Reply(message, question.End, NoError, TypeAaaa, v6.GetAddressBytes()),
        _ => Reply(message, question.End, NoError),
    };

    private byte[] AnswerReverse(ReadOnlySpan<byte> message, DnsQuestion question) =>
        TryReverse(question.Name, out var address) && names.TryFind(address, out var name)
            ? Reply(message, question.End, NoError, TypePtr, EncodeName(name))
            : Reply(message, question.End, NameError);

    // "4.3.2.1.in-addr.arpa" and 32 nibbles before "ip6.arpa", both least significant first.
    private static bool TryReverse(string name, out IPAddress address)
    {
        address = IPAddress.None;
        var labels = name.Split('.');
        if (labels.Length == 6 && name.EndsWith(".in-addr.arpa", StringComparison.Ordinal))
        {
            var text = string.Join('.', labels.Take(4).Reverse());
            if (!IPAddress.TryParse(text, out var v4) || v4.AddressFamily != AddressFamily.InterNetwork)
                return false;
            address = v4;
            return true;
        }

        if (labels.Length != 34 || !name.EndsWith(".ip6.arpa", StringComparison.Ordinal))
            return false;
        var bytes = new byte[16];
        for (var i = 0; i < 32; i++)
        {
            if (labels[31 - i].Length != 1 || !byte.TryParse(labels[31 - i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var nibble))
                return false;
            bytes[i / 2] |= (byte)(nibble << (i % 2 == 0 ? 4 : 0));
        }

        address = new IPAddress(bytes);
        return true;
    }

    private static byte[] EncodeName(string name)
    {
        var bytes = new byte[name.Length + 2];
        var offset = 0;
        foreach (var label in name.Split('.'))
        {
            bytes[offset++] = (byte)label.Length;
            foreach (var c in label)
                bytes[offset++] = (byte)c;
        }

        return bytes;
    }

    // Header, the question as it was asked, and at most one answer that points back at the question's name.
    private static byte[] Reply(ReadOnlySpan<byte> message, int questionEnd, int code, ushort type = 0, byte[]? data = null)
    {
        var hasQuestion = questionEnd > DnsQuestion.HeaderSize;
        var reply = new byte[questionEnd + (data is null ? 0 : 12 + data.Length)];
        message[..questionEnd].CopyTo(reply);
        // Answer, the query's recursion-desired bit, recursion available.
        reply[2] = (byte)(0x80 | (message[2] & 0x79));
        reply[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4), hasQuestion ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), data is null ? (ushort)0 : (ushort)1);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(8), 0);
        if (data is null)
            return reply;
        var answer = reply.AsSpan(questionEnd);
        BinaryPrimitives.WriteUInt16BigEndian(answer, 0xC000 | DnsQuestion.HeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(answer[2..], type);
        BinaryPrimitives.WriteUInt16BigEndian(answer[4..], ClassInternet);
        BinaryPrimitives.WriteUInt32BigEndian(answer[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(answer[10..], (ushort)data.Length);
        data.CopyTo(answer[12..]);
        return reply;
    }
}
