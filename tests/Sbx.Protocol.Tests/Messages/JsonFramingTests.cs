using System.Text;
using System.Text.Json.Serialization.Metadata;
using FsCheck.Xunit;
using Sbx.Protocol.Messages;

namespace Sbx.Protocol.Tests.Messages;

public sealed class JsonFramingTests
{
    [Property]
    public async Task A_request_is_read_back_as_it_was_written(string[] command, bool terminal, ushort columns)
    {
        var request = new ExecRequest { Command = [.. command.Select(word => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(word ?? "")))], Terminal = terminal, Columns = columns };
        using var stream = new MemoryStream();
        await JsonFraming.WriteAsync(stream, request, ProtocolJson.Default.ExecRequest, default);
        stream.Position = 0;
        var read = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ExecRequest, default);
        Assert.Equal(request.Command, read.Command);
        Assert.Equal((request.Terminal, request.Columns), (read.Terminal, read.Columns));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Property(MaxTest = 500)]
    public async Task Any_bytes_are_a_message_or_refused(byte[] json)
    {
        using var stream = new MemoryStream();
        stream.Write(BitConverter.GetBytes(json.Length));
        stream.Write(json);
        stream.Position = 0;
        var e = await Record.ExceptionAsync(async () => await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ArchiveRequest, default));
        Assert.True(e is null or InvalidDataException or EndOfStreamException, $"{e}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(JsonFraming.MaxMessage + 1)]
    [InlineData(int.MaxValue)]
    public async Task A_length_out_of_bounds_is_refused_before_anything_is_read(int length)
    {
        using var stream = new MemoryStream(BitConverter.GetBytes(length));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, default));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"path\":1}")]
    [InlineData("{\"path\":null}")]
    public async Task Json_that_is_not_the_message_is_refused(string json)
    {
        using var stream = new MemoryStream([.. BitConverter.GetBytes(json.Length), .. Encoding.UTF8.GetBytes(json)]);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ArchiveRequest, default));
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_message_is_told_apart()
    {
        using var stream = new MemoryStream([10, 0, 0, 0, (byte)'{']);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, default));
    }

    [Fact]
    public async Task Members_that_may_be_null_survive_the_journey()
    {
        await AssertSurvivesAsync(new EgressOpen("proxy", null, 0), ProtocolJson.Default.EgressOpen);
        await AssertSurvivesAsync(new EgressOpen("tcp", "pypi.org", 443), ProtocolJson.Default.EgressOpen);
        await AssertSurvivesAsync(new ExecExit(137, 9), ProtocolJson.Default.ExecExit);
        await AssertSurvivesAsync(new ExecExit(0), ProtocolJson.Default.ExecExit);
        await AssertSurvivesAsync(new ArchiveRequest("/etc"), ProtocolJson.Default.ArchiveRequest);
        await AssertSurvivesAsync(new Reply(), ProtocolJson.Default.Reply);
    }

    private static async Task AssertSurvivesAsync<T>(T message, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        await JsonFraming.WriteAsync(stream, message, type, default);
        stream.Position = 0;
        Assert.Equal(message, await JsonFraming.ReadAsync(stream, type, default));
    }
}
