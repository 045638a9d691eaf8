using System.Text;
using FsCheck.Xunit;
using Sbx.Machines.Qmp;

namespace Sbx.Machines.Tests.Qmp;

public sealed class QmpLineReaderTests
{
    [Property]
    public void Lines_come_out_whole_however_they_arrive(ushort[] lengths, byte chunk)
    {
        var lines = lengths.Select((length, i) => new string((char)('a' + (i % 26)), length % 3_000)).ToArray();
        var reader = new QmpLineReader(new Dribble(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\r\n"))), (chunk * 37) + 7));
        Assert.Equal(lines, ReadAll(reader));
    }

    [Fact]
    public void A_line_without_an_end_is_not_collected_for_ever()
    {
        var reader = new QmpLineReader(new Dribble(new byte[QmpLineReader.MaxLine + 1], 60_000));
        Assert.Throws<QmpException>(() => ReadAll(reader));
    }

    private static List<string> ReadAll(QmpLineReader reader)
    {
        var read = new List<string>();
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } line)
            read.Add(Encoding.ASCII.GetString(line.Span));
        return read;
    }

    private sealed class Dribble(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
