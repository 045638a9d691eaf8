using FsCheck.Xunit;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Tests.Processes;

public sealed class ConsoleTextTests
{
    [Fact]
    public void The_last_lines_come_without_control_characters() =>
        Assert.Equal("b | c[31m | d", ConsoleText.LastLines("a\r\n\r\nb\nc\u001b[31m\u202e\n\n d \n"));

    [Property]
    public void A_guest_cannot_send_control_characters_or_floods_to_the_terminal(string text)
    {
        var line = ConsoleText.LastLines(text ?? "");
        Assert.True(line.Length <= 401);
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Property]
    public void A_tail_holds_the_end_of_what_was_written(byte[][] parts)
    {
        var tail = new TextTail(64);
        foreach (var part in parts)
            tail.Append([.. part.Select(b => (byte)('a' + (b % 26)))]);
        var all = string.Concat(parts.SelectMany(p => p).Select(b => (char)('a' + (b % 26))));
        Assert.Equal(all[Math.Max(0, all.Length - 64)..], tail.ToString());
    }
}
