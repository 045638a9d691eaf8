using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Tests.Terminal;

public sealed class TerminalFilterTests
{
    // Pieces that attacks are made of, so that random streams come near them.
    private static readonly string[] Pieces =
    [
        "\e", "]", "[", "52;c;", "aGk=", "\a", "\e\\", "\u009b", "\u009d", "\u009c", "\u0090", "P", "0;", "title", "21t", "20t", "22;0t", "?", "1049h",
        "25l", "%@", "(B", "\x18", "\x1a", "\x05", "\0", "\r\n", "ß", "日", "😀", "8;;http://x\a", "m", "1;31m", ">q", " F", "c", "é\e", "X", "^", "_", "i", "5i",
    ];

    private static Arbitrary<byte[]> Streams { get; } = Gen.OneOf(
            Gen.Elements(Pieces).Select(Encoding.UTF8.GetBytes),
            Gen.Choose(0, 255).Select(b => new[] { (byte)b }))
        .ListOf().Select(parts => parts.SelectMany(p => p).ToArray()).ToArbitrary();

    [Property(MaxTest = 500)]
    public Property Chunk_borders_change_nothing() => Prop.ForAll(Streams, bytes =>
    {
        var whole = Filter(bytes);
        Assert.Equal(whole, Filter([.. bytes.Select(b => new[] { b })]));
        Assert.Equal(whole, Filter(bytes.Chunk(3).ToArray()));
    });

    [Property(MaxTest = 500)]
    public Property What_has_passed_passes_again_unchanged() => Prop.ForAll(Streams, bytes =>
    {
        var once = Filter(bytes);
        Assert.Equal(once, Filter(once));
    });

    [Property(MaxTest = 500)]
    public Property Nothing_forbidden_ever_passes() => Prop.ForAll(Streams, bytes =>
    {
        var text = Encoding.UTF8.GetString(Filter(bytes));
        foreach (var forbidden in new[] { "\e]52", "\e]8", "\e]1337", "\eP", "\e_", "\e^", "\eX", "\e[21t", "\e[20t", "\e[5i", "\e%", "\e F", "\x05", "\0" })
            Assert.DoesNotContain(forbidden, text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c is >= '\u0080' and <= '\u009f');
    });

    [Property(MaxTest = 300)]
    public void Text_passes_unchanged(NonNull<string> text)
    {
        var printable = new string([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) || c is '\n' or '\r' or '\t')]);
        Assert.Equal(printable, Filter(printable));
    }

    [Theory]
    [InlineData("\e[1;31mred\e[0m")]
    [InlineData("\e[38;2;1;2;3m\e[48:5:4m")]
    [InlineData("\e[2J\e[H\e[10;20H\e[K\e[3A")]
    [InlineData("\e[?1049h\e[?25l\e[?2004h\e[?1006h")]
    [InlineData("\e7\e8\ec\eM\e(B\e)0\e=\e>\e#8")]
    [InlineData("\e[6n\e[c\e[>c\e[>0q\e[?1$p\e[!p\e[2 q")]
    [InlineData("\e]0;title ß\a")]
    [InlineData("\e]11;?\a\e]10;#fff\a")]
    [InlineData("\e[22;0t\e[23;0t\e[18t")]
    [InlineData("\e[>1u\e[<u\e[>4;2m")]
    [InlineData("bell\a tab\t back\b\r\n")]
    [InlineData("日本 😀 ⣿ ─│")]
    public void Drawing_passes_unchanged(string text) => Assert.Equal(text, Filter(text));

    [Theory]
    [InlineData("a\e]52;c;aGVsbG8=\ab", "ab")]
    [InlineData("a\e]52;c;aGVsbG8=\e\\b", "ab")]
    [InlineData("a\u009d52;c;aGVsbG8=\u009cb\ac", "ac")]
    [InlineData("a\e[21tb\e[20tc", "abc")]
    [InlineData("a\e[3;1;1tb", "ab")]
    [InlineData("a\eP$qm\e\\b", "ab")]
    [InlineData("a\u0090+q544e\e\\b", "ab")]
    [InlineData("a\e_Gpayload\e\\b", "ab")]
    [InlineData("a\e]8;;http://evil\alink\e]8;;\ab", "alinkb")]
    [InlineData("a\e]1337;File=:AAAA\ab", "ab")]
    [InlineData("a\e]9;note\a\e]777;notify;x;y\ab", "ab")]
    [InlineData("a\e[5ib\e[?5ic", "abc")]
    [InlineData("a\e%@b\e F", "ab")]
    [InlineData("a\x05\0b\x7f", "ab")]
    [InlineData("a\e]0;bad\u009btitle\ab", "ab")]
    [InlineData("a\e]0;never ends", "a")]
    [InlineData("a\e]5\e]52;c;x\ab", "ab")]
    [InlineData("a\e[1\x18mb", "amb")]
    [InlineData("a\e[1\e[2mb", "a\e[2mb")]
    [InlineData("a\u009b1mb", "a\e[1mb")]
    [InlineData("a\e]2;t\e\\b", "a\e]2;t\ab")]
    public void What_reaches_beyond_the_window_is_dropped(string text, string expected) => Assert.Equal(expected, Filter(text));

    [Fact]
    public void Bytes_that_are_no_utf8_are_replaced_and_hide_nothing()
    {
        Assert.Equal("\ufffda", Encoding.UTF8.GetString(Filter([0xff, (byte)'a'])));
        Assert.Equal("\ufffd", Encoding.UTF8.GetString(Filter([0xe2, .. "\e]52;c;x\a"u8])));
        Assert.Equal("", Encoding.UTF8.GetString(Filter([0x9d, .. "52;c;x\a"u8])));
    }

    [Fact]
    public void A_string_without_an_end_takes_no_memory_and_the_text_behind_it_passes()
    {
        var filter = new TerminalFilter();
        var output = new ArrayBufferWriter<byte>();
        filter.Filter("\e]0;"u8, output);
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'x');
        for (var i = 0; i < 100; i++)
            filter.Filter(chunk, output);
        filter.Filter("\aafter"u8, output);
        Assert.Equal("after"u8.ToArray(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Modes_that_a_killed_program_has_left_are_switched_back()
    {
        var filter = new TerminalFilter();
        filter.Filter("\e[?1049h\e[?25l\e[?1000;1006h\e[?2004h\e[?2004l\e[>1u"u8, new ArrayBufferWriter<byte>());
        Assert.Equal("\e[?1000l\e[?1006l\e[?1049l\e[?25h\e[<1u\e[0m", filter.Modes.Reset());
    }

    [Fact]
    public void A_session_without_sequences_leaves_the_terminal_alone()
    {
        var filter = new TerminalFilter();
        filter.Filter("text"u8, new ArrayBufferWriter<byte>());
        Assert.Equal("", filter.Modes.Reset());
    }

    private static string Filter(string text) => Encoding.UTF8.GetString(Filter(Encoding.UTF8.GetBytes(text)));

    private static byte[] Filter(params byte[][] chunks)
    {
        var filter = new TerminalFilter();
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks)
            filter.Filter(chunk, output);
        return output.WrittenSpan.ToArray();
    }
}
