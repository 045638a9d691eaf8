using System.Buffers.Binary;
using System.Net;
using System.Text;
using FsCheck.Xunit;
using Sbx.Guest.Egress;

namespace Sbx.Protocol.Tests.Guest;

public sealed class DnsTests
{
    private const ushort A = 1, Ptr = 12, Mx = 15, Aaaa = 28, Https = 65;
    private readonly SyntheticNames _names = new();

    [Fact]
    public void A_name_is_answered_with_addresses_that_lead_back_to_it()
    {
        var v4 = new IPAddress(Answer(Query("Example.COM", A)).Data!);
        var v6 = new IPAddress(Answer(Query("example.com", Aaaa)).Data!);
        Assert.StartsWith("198.18.", v4.ToString(), StringComparison.Ordinal);
        Assert.True(_names.TryFind(v4, out var byV4));
        Assert.True(_names.TryFind(v6, out var byV6));
        Assert.Equal(("example.com", "example.com"), (byV4, byV6));
    }

    [Theory]
    [InlineData(Mx)]
    [InlineData(Https)]
    [InlineData((ushort)16)]
    public void Other_types_exist_without_data(ushort type)
    {
        var (code, data) = Answer(Query("example.com", type));
        Assert.Equal((0, null), (code, data));
    }

    [Fact]
    public void An_address_is_answered_with_its_name()
    {
        var v4 = _names.Assign("pypi.org").V4.GetAddressBytes();
        var (code, data) = Answer(Query($"{v4[3]}.{v4[2]}.{v4[1]}.{v4[0]}.in-addr.arpa", Ptr));
        Assert.Equal(0, code);
        Assert.Equal("\u0004pypi\u0003org\0"u8.ToArray(), data);
        Assert.Equal(3, Answer(Query("1.0.0.10.in-addr.arpa", Ptr)).Code);
    }

    [Fact]
    public void Localhost_is_the_loopback_and_local_names_do_not_exist()
    {
        Assert.Equal(IPAddress.Loopback.GetAddressBytes(), Answer(Query("a.localhost", A)).Data);
        Assert.Equal(3, Answer(Query("printer.local", A)).Code);
    }

    [Theory]
    [InlineData("a b.com")]
    [InlineData("a\0b.com")]
    [InlineData("ä.com")]
    public void A_name_with_other_characters_is_malformed(string name) => Assert.Equal(1, Answer(Query(name, A)).Code);

    [Fact]
    public void A_compressed_name_in_the_question_is_malformed()
    {
        var query = Query("a", A);
        query[12] = 0xC0;
        Assert.Equal(1, Answer(query).Code);
    }

    [Fact]
    public void Answers_are_not_answered() => Assert.Null(new DnsAnswers(_names).Answer([0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]));

    [Property(MaxTest = 1000)]
    public bool Any_bytes_get_a_bounded_reply_or_none(byte[] tail, bool asQuery)
    {
        byte[] message = asQuery ? [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. tail] : tail;
        var reply = new DnsAnswers(_names).Answer(message);
        return reply is null || (reply.Length <= message.Length + 12 + 255 && (reply[2] & 0x80) != 0 && reply[0] == message[0]);
    }

    [Property]
    public bool The_least_recently_used_name_loses_its_address(byte count)
    {
        var names = new SyntheticNames(capacity: 4);
        var kept = names.Assign("kept").V4;
        for (var i = 0; i < count; i++)
        {
            names.Assign($"n{i}");
            names.Assign("kept");
        }

        return names.TryFind(kept, out var name) && name == "kept" && names.Assign("kept").V4.Equals(kept);
    }

    private (int Code, byte[]? Data) Answer(byte[] query)
    {
        var reply = new DnsAnswers(_names).Answer(query)!;
        Assert.Equal(query[..2], reply[..2]);
        var code = reply[3] & 0xF;
        if (BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(6)) == 0)
            return (code, null);
        var answer = reply.AsSpan(query.Length);
        return (code, answer.Slice(12, BinaryPrimitives.ReadUInt16BigEndian(answer[10..])).ToArray());
    }

    private static byte[] Query(string name, ushort type)
    {
        var query = new List<byte> { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.Split('.'))
        {
            var bytes = Encoding.UTF8.GetBytes(label);
            query.Add((byte)bytes.Length);
            query.AddRange(bytes);
        }

        query.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        return [.. query];
    }
}
