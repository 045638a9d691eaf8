using FsCheck.Xunit;
using Sbx.Protocol.Messages;

namespace Sbx.Protocol.Tests.Messages;

public sealed class ExecFrameTests
{
    [Property]
    public async Task Frames_are_read_back_as_they_were_written((byte Type, byte[] Payload)[] frames)
    {
        using var stream = new MemoryStream();
        foreach (var (type, payload) in frames)
            await ExecFrame.WriteAsync(stream, (ExecFrameType)(type % 8), payload ?? [], default);
        stream.Position = 0;
        var reader = new ExecFrameReader(stream);
        foreach (var (type, payload) in frames)
        {
            var frame = (await reader.ReadAsync(default))!.Value;
            Assert.Equal((ExecFrameType)(type % 8), frame.Type);
            Assert.Equal(payload ?? [], frame.Payload.ToArray());
        }

        Assert.Null(await reader.ReadAsync(default));
    }

    [Property(MaxTest = 500)]
    public async Task Any_bytes_are_frames_or_refused(byte[] bytes)
    {
        var reader = new ExecFrameReader(new MemoryStream(bytes));
        try
        {
            while (await reader.ReadAsync(default) is { } frame)
                Assert.InRange(frame.Payload.Length, 0, ExecFrame.MaxPayload);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // Refused.
        }
    }

    [Theory]
    [InlineData(new byte[] { 8, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 1, 0, 1, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 })]
    public async Task An_unknown_type_or_a_length_out_of_bounds_is_refused(byte[] bytes) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await new ExecFrameReader(new MemoryStream(bytes)).ReadAsync(default));

    [Fact]
    public async Task A_payload_above_the_bound_is_not_written() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await ExecFrame.WriteAsync(Stream.Null, ExecFrameType.Stdin, new byte[ExecFrame.MaxPayload + 1], default));
}
