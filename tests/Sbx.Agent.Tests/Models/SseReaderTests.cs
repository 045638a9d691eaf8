using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Tests.Models;

public sealed class SseReaderTests
{
    [Theory]
    [InlineData("data: a\n\n", "message|a")]
    [InlineData("event: x\r\ndata: a\r\ndata:b\r\n\r\n", "x|a\nb")]
    [InlineData(": comment\rdata: a\r\r", "message|a")]
    [InlineData("data\n\n", "message|")]
    [InlineData("data: never ended", "")]
    [InlineData("event: only a name\n\ndata: a\n\n", "message|a")]
    public async Task Events_are_read_as_the_standard_says(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', (await ReadAsync(Encoding.UTF8.GetBytes(text), 3)).Select(one => $"{one.Name}|{one.Data}")));

    [Property]
    public bool Any_text_arrives_whole_however_it_is_cut(NonNull<string> text, byte size)
    {
        var data = new string([.. text.Get.Where(c => !char.IsSurrogate(c) && c is not ('\r' or '\n'))]);
        return Task.Run(() => ReadAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"), 1 + size % 7)).Result is [var only] && only.Data == data;
    }

    [Property]
    public void Any_bytes_are_read_without_failure(byte[] bytes, byte size) => Task.Run(() => ReadAsync(bytes ?? [], 1 + size % 7)).Wait();

    private static async Task<List<SseEvent>> ReadAsync(byte[] bytes, int piece)
    {
        var result = new List<SseEvent>();
        await foreach (var one in SseReader.ReadAsync(new SlowStream(bytes, piece), CancellationToken.None)) result.Add(one);
        return result;
    }

    private sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
