using System.Text;
using FsCheck.Xunit;
using Sbx.Egress.Masking;

namespace Sbx.Egress.Tests;

public sealed class MaskingTests
{
    private static readonly SecretMatcher Matcher = new([Encoding.ASCII.GetBytes("abcab"), Encoding.ASCII.GetBytes("bcabd"), Encoding.ASCII.GetBytes("aaaa")]);

    // Few letters, so that matches, near misses and overlaps are frequent.
    [Property(MaxTest = 3000)]
    public void However_it_is_cut_the_stream_is_masked_as_if_it_were_whole(byte[] letters, byte[] cuts)
    {
        var text = (letters ?? []).Select(letter => (byte)('a' + letter % 4)).ToArray();
        var expected = Whole(text);

        Assert.Equal(expected, Read(new Pieces(text, cuts ?? []), 64 * 1024));
        Assert.Equal(expected, Read(new Pieces(text, cuts ?? []), 3));
    }

    [Property(MaxTest = 1000)]
    public void A_stream_that_breaks_gives_out_nothing_of_a_secret(byte[] letters, byte[] cuts)
    {
        var before = (letters ?? []).Select(letter => (byte)('a' + letter % 4)).ToArray();
        for (var part = 1; part <= 5; part++)
        {
            byte[] text = [.. before, .. Encoding.ASCII.GetBytes("zabcab"[..(1 + part)])];
            var seen = new List<byte>();
            using var stream = new MaskingStream(new Pieces(text, cuts ?? [], breaks: true), Matcher);
            var buffer = new byte[4096];
            Assert.Throws<IOException>(() =>
            {
                for (int read; (read = stream.Read(buffer)) > 0;)
                    seen.AddRange(buffer[..read]);
            });
            Assert.Throws<IOException>(() => stream.Read(buffer));
            Assert.False(seen.Count > before.Length + 1 && seen[before.Length + 1] == 'a');
        }
    }

    [Fact]
    public void Nothing_is_held_back_that_cannot_begin_a_secret()
    {
        var scan = new MaskingScan(Matcher);
        var piece = "data: xyz\n\n"u8.ToArray();

        Assert.Equal(piece.Length, scan.Next(piece));
    }

    private static byte[] Whole(byte[] text)
    {
        var masked = (byte[])text.Clone();
        foreach (var (start, end) in Matcher.Find(text) ?? [])
            masked.AsSpan(start..end).Fill((byte)'*');
        return masked;
    }

    private static byte[] Read(Stream inner, int size)
    {
        using var stream = new MaskingStream(inner, Matcher);
        var all = new MemoryStream();
        var buffer = new byte[size];
        for (int read; (read = stream.Read(buffer)) > 0;)
            all.Write(buffer, 0, read);
        return all.ToArray();
    }

    private sealed class Pieces(byte[] text, byte[] cuts, bool breaks = false) : Stream
    {
        private int _at;
        private int _cut;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at == text.Length)
                return breaks ? throw new IOException("broken") : 0;
            var wish = _cut < cuts.Length ? 1 + cuts[_cut++] % 7 : text.Length;
            var length = Math.Min(Math.Min(wish, count), text.Length - _at);
            text.AsSpan(_at, length).CopyTo(buffer.AsSpan(offset));
            _at += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
